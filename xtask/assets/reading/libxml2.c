/* libxml2's side of `cargo xtask bench reading`: parses and validates one file again and again.
 *
 *     libxml2 SCHEMA FILE
 *
 * Every line on standard input is a number of repetitions; the answer is a line with the nanoseconds they took. What
 * can be made once is made once: the schema, the parser's context with its dictionary, the validator's context. */

#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

static void fail(const char *what)
{
    fprintf(stderr, "libxml2: %s\n", what);
    exit(1);
}

static char *whole(const char *name, size_t *length)
{
    static char text[1 << 20];
    FILE *file = fopen(name, "rb");
    if (file == NULL)
        fail("the file cannot be opened");
    *length = fread(text, 1, sizeof text, file);
    if (!feof(file))
        fail("the file is too large");
    fclose(file);
    return text;
}

static long long nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int count, char **arguments)
{
    if (count != 3)
        fail("SCHEMA FILE are wanted");
    xmlSchemaPtr schema = xmlSchemaParse(xmlSchemaNewParserCtxt(arguments[1]));
    if (schema == NULL)
        fail("the schema does not compile");
    size_t length;
    const char *text = whole(arguments[2], &length);
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    xmlSchemaValidCtxtPtr validator = xmlSchemaNewValidCtxt(schema);
    if (parser == NULL || validator == NULL)
        fail("no memory");

    long repetitions;
    while (scanf("%ld", &repetitions) == 1) {
        long long start = nanoseconds();
        for (long i = 0; i < repetitions; i++) {
            xmlDocPtr document = xmlCtxtReadMemory(parser, text, (int)length, NULL, NULL, XML_PARSE_NONET);
            if (document == NULL || xmlSchemaValidateDoc(validator, document) != 0)
                fail("the file is not valid");
            xmlFreeDoc(document);
        }
        printf("%lld\n", nanoseconds() - start);
        fflush(stdout);
    }
    return 0;
}
