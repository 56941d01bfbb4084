#!/bin/sh
# Makes the client out of served WSDLs: build.sh FOLDER WSDL-ADDRESS...
# wsdl2h fetches them and their schemas; soapcpp2 generates types and one proxy class for each service. What has to be
# written for each operation, its name in a table, is taken from the proxies, so that a new one needs nothing here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1" && shift
rm -f ./*.h ./*.cpp ./*.nsmap ./*.inc

wsdl2h -L -t "$here/typemap.dat" -o services.h "$@" > wsdl2h.log 2>&1 || { cat wsdl2h.log; exit 1; }
printf '#import "%s"\n' "$here/unknown.h" >> services.h
soapcpp2 -j -C -L -x -w -I/usr/share/gsoap/import services.h > soapcpp2.log 2>&1 || { cat soapcpp2.log; exit 1; }
for proxy in soap*Proxy.h; do
  class=${proxy#soap}
  class=${class%.h}
  echo "#include \"$proxy\"" >> proxies.inc
  sed -n "s/.*virtual int send_\([A-Za-z0-9_]*\)(.*/OPERATION($class, \1)/p" "$proxy" >> operations.inc
done
set -- *.nsmap
echo "#include \"$1\"" >> proxies.inc

c++ -std=c++17 -DWITH_OPENSSL -DWITH_DOM -I. -o client "$here/client.cpp" soapC.cpp soap*Proxy.cpp -lgsoapssl++ -lssl -lcrypto
