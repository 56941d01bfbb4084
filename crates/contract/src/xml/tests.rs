use super::{Event, Fault, Limits, Reader, decode};
use crate::schema::Schema;

fn read(text: &str) -> Result<String, Fault> {
    let schema = Schema::default();
    let limits = Limits { depth: 5, nodes: 20, attributes: 4 };
    let mut reader = Reader::new(text, &schema, limits).map_err(|error| error.fault)?;
    let mut out = String::new();
    loop {
        match reader.next().map_err(|error| error.fault)? {
            Event::Start(tag) => {
                out.push_str(&format!("<{}", tag.local));
                for attribute in reader.attributes() {
                    out.push_str(&format!(" {}={}", attribute.local, attribute.value));
                }
                out.push('>');
            }
            Event::End => out.push_str("</>"),
            Event::Text(text) => out.push_str(&text),
            Event::Done => return Ok(out),
        }
    }
}

#[test]
fn well_formed_documents_are_read() {
    for (text, events) in [
        ("<?xml version=\"1.0\"?>\n<!-- c --><a/>\n", "<a></>"),
        ("<a  x = '1'\ty=\"2\" ><b>t&amp;&#xE6;<![CDATA[<]]>u</b ></a>", "<a x=1 y=2><b>t&æ<u</></>"),
        ("<p:a xmlns:p='u' p:x='&lt;'/>", "<a x=<></>"),
        ("<a>\r\n</a>", "<a>\n</>"),
        ("<a xml:lang='da'/>", "<a lang=da></>"),
        ("<æ/>", "<æ></>"),
        ("<?p i?><a><?p i?></a><!-- end -->", "<a></>"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(events), "{text}");
    }
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for text in [
        "",
        "   ",
        "text",
        "<a>",
        "<a><b></a></b>",
        "</a>",
        "<a/><b/>",
        "<a/>text",
        "text<a/>",
        "<a",
        "<a>&amp</a>",
        "<a>&#0;</a>",
        "<a>&#1;</a>",
        "<a>\u{1}</a>",
        "<a>\u{FFFF}</a>",
        "<a x='1' x='2'/>",
        "<a x='1'y='2'/>",
        "<a x=1/>",
        "<a x/>",
        "<a x='<'/>",
        "<1a/>",
        "<a:b:c/>",
        "<:a/>",
        "<a 1x='1'/>",
        "<a>]]></a>",
        "<a><!-- -- --></a>",
        "<a><!-- </a>",
        "<a/><?xml version='1.0'?>",
        " <?xml version='1.0'?><a/>",
        "<?xml version='1.1'?><a/>",
        "<?xml version='1.0' encodenc='utf-8'?><a/>",
        "<a><?[ml ve?></a>",
        "<a><? x?></a>",
        "<a><?a:b?></a>",
        "<a xmlns:p=''/>",
        "<a xmlns:xml='u'/>",
        "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
        "<p:a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>",
        "<![CDATA[x]]><a/>",
        "<a>&#xD800;</a>",
        "<a x='&#1;'/>",
        "< a/>",
        "<a><b/ ></a>",
    ] {
        assert!(
            matches!(read(text), Err(Fault::NotWellFormed(_) | Fault::UnboundPrefix | Fault::Entity)),
            "{text:?}: {:?}",
            read(text)
        );
    }
}

#[test]
fn doctypes_and_entities_are_refused() {
    assert_eq!(read("<!DOCTYPE a><a/>"), Err(Fault::Doctype));
    assert_eq!(read("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), Err(Fault::Doctype));
    assert_eq!(read("<a>&b;</a>"), Err(Fault::Entity));
    assert_eq!(read("<a x='&b;'/>"), Err(Fault::Entity));
    assert_eq!(read("<p:a/>"), Err(Fault::UnboundPrefix));
    assert_eq!(read("<a p:x='1'/>"), Err(Fault::UnboundPrefix));
}

#[test]
fn limits_hold_at_their_edge() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(read(&nested(5)).is_ok());
    assert_eq!(read(&nested(6)), Err(Fault::TooDeep(5)));
    assert!(read(&format!("<a>{}</a>", "<b/>".repeat(19))).is_ok());
    assert_eq!(read(&format!("<a>{}</a>", "<b/>".repeat(20))), Err(Fault::TooManyNodes(20)));
    assert!(read("<a b='' c='' d='' e=''/>").is_ok());
    assert_eq!(read("<a b='' c='' d='' xmlns='e' f=''/>"), Err(Fault::TooManyAttributes(4)));
}

#[test]
fn positions_are_line_and_column_in_characters() {
    let schema = Schema::default();
    let mut reader = Reader::new("<a>\n  ææ<b></c></a>", &schema, Limits::default()).unwrap();
    let error = std::iter::repeat_with(|| reader.next()).find_map(Result::err).unwrap();
    assert_eq!(error.position, (2, 8));
}

#[test]
fn encodings() {
    let utf16 = |big: bool, text: &str| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    for (bytes, charset, text) in [
        (b"<a>\xC3\xA6</a>".to_vec(), None, "<a>æ</a>"),
        (b"\xEF\xBB\xBF<a/>".to_vec(), None, "<a/>"),
        (b"\xEF\xBB\xBF<a/>".to_vec(), Some("UTF-8"), "<a/>"),
        (b"<a>\xE6</a>".to_vec(), Some("\"iso-8859-1\""), "<a>æ</a>"),
        (
            b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE6</a>".to_vec(),
            None,
            "<?xml version='1.0' encoding='ISO-8859-1'?><a>æ</a>",
        ),
        (
            b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xC3\xA6</a>".to_vec(),
            Some("utf-8"),
            "<?xml version='1.0' encoding='ISO-8859-1'?><a>æ</a>",
        ),
        (utf16(false, "\u{FEFF}<a>æ</a>"), None, "<a>æ</a>"),
        (utf16(true, "\u{FEFF}<a>æ</a>"), Some("utf-16"), "<a>æ</a>"),
        (utf16(false, "<a>æ</a>"), None, "<a>æ</a>"),
        (utf16(true, "<a>æ</a>"), Some("UTF-16"), "<a>æ</a>"),
    ] {
        assert_eq!(decode(&bytes, charset).unwrap(), text);
    }
    for (bytes, charset) in [
        (b"<a>\xE6</a>".to_vec(), None),
        (b"<a/>".to_vec(), Some("ebcdic")),
        (b"\xFF\xFE<".to_vec(), None),
        (vec![0xFF, 0xFE, 0x00, 0xD8], None),
        (b"<a>\xE6</a>".to_vec(), Some("utf-8")),
    ] {
        assert!(decode(&bytes, charset).is_err(), "{bytes:?}");
    }
}
