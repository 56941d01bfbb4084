//! The extensions of certificates and revocation lists, with the criticality OCES3 gives them.

use std::net::IpAddr;

use der::Encode;
use der::asn1::{Ia5String, ObjectIdentifier, OctetString};
use der::oid::AssociatedOid;
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, CertificatePolicies, CrlDistributionPoints,
    CrlNumber, ExtendedKeyUsage, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, Extensions};

use crate::Error;
use crate::authority::Addresses;
use crate::certificate::Profile;
use crate::revocation::ListFlaw;

const QC_STATEMENTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.3");
const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");
const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
const DELTA_INDICATOR: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");
const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
/// An arc for examples (RFC 5612): nobody can know an extension below it.
const UNKNOWN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1");

/// The statement in every OCES3 leaf that the subject is a legal person, registered at a URI. The
/// URI is ours; all else is as in genuine certificates.
const LEGAL_PERSON: &[u8] = b"\x30\x32\x30\x30\x06\x08\x2b\x06\x01\x05\x05\x07\x0b\x02\x30\x24\
\x06\x07\x04\x00\x8b\xec\x49\x01\x02\x30\x19\x86\x17https://uid.facade.test";

/// All extensions of a certificate whose key has `key_id`, in the order genuine ones have them.
pub(crate) fn of_certificate(profile: &Profile, key_id: &[u8], issuer_key_id: &[u8]) -> Result<Extensions, Error> {
    let mut list = Vec::new();
    if let Some(constraints) = &profile.constraints {
        list.push(extension(true, constraints)?);
    }
    if key_id != issuer_key_id {
        list.push(authority_key(issuer_key_id)?); // a root has none
    }
    if let Some(addresses) = &profile.addresses {
        list.push(extension(false, &information(addresses)?)?);
    }
    if !profile.policies.is_empty() {
        list.push(extension(false, &policies(&profile.policies))?);
    }
    if !profile.purposes.is_empty() {
        list.push(extension(false, &ExtendedKeyUsage(profile.purposes.clone()))?);
    }
    if profile.legal_person {
        list.push(raw(QC_STATEMENTS, false, LEGAL_PERSON)?);
    }
    if let Some(addresses) = &profile.addresses {
        list.push(extension(false, &distribution(addresses)?)?);
    }
    if !profile.hosts.is_empty() {
        list.push(extension(false, &alternative_names(&profile.hosts)?)?);
    }
    list.push(extension(false, &SubjectKeyIdentifier(OctetString::new(key_id)?))?);
    list.push(extension(true, &profile.key_usage)?);
    if profile.unknown_critical_extension {
        list.push(raw(UNKNOWN, true, &[5, 0])?);
    }
    Ok(list)
}

/// The extensions of a revocation list: the key of the authority that signs it, and its number.
pub(crate) fn of_revocation_list(
    issuer_key_id: &[u8],
    number: u64,
    flaw: Option<ListFlaw>,
) -> Result<Extensions, Error> {
    let usual = [authority_key(issuer_key_id)?, extension(false, &CrlNumber::try_from(number)?)?];
    let flaw = match flaw {
        None => None,
        Some(ListFlaw::Delta) => Some(raw(DELTA_INDICATOR, true, &[2, 1, 1])?),
        Some(ListFlaw::Indirect) => Some(raw(ISSUING_DISTRIBUTION_POINT, true, &[0x30, 3, 0x84, 1, 0xff])?),
        Some(ListFlaw::UnknownCritical) => Some(raw(UNKNOWN, true, &[5, 0])?),
    };
    Ok(usual.into_iter().chain(flaw).collect())
}

fn extension<T: AssociatedOid + Encode>(critical: bool, value: &T) -> Result<Extension, Error> {
    raw(T::OID, critical, &value.to_der()?)
}

fn raw(extn_id: ObjectIdentifier, critical: bool, value: &[u8]) -> Result<Extension, Error> {
    Ok(Extension { extn_id, critical, extn_value: OctetString::new(value)? })
}

fn authority_key(key_id: &[u8]) -> Result<Extension, Error> {
    let key_identifier = Some(OctetString::new(key_id)?);
    let value =
        AuthorityKeyIdentifier { key_identifier, authority_cert_issuer: None, authority_cert_serial_number: None };
    extension(false, &value)
}

fn policies(list: &[ObjectIdentifier]) -> CertificatePolicies {
    let information =
        |policy: &ObjectIdentifier| PolicyInformation { policy_identifier: *policy, policy_qualifiers: None };
    CertificatePolicies(list.iter().map(information).collect())
}

fn information(addresses: &Addresses) -> Result<AuthorityInfoAccessSyntax, Error> {
    let described =
        |access_method, address| Ok::<_, Error>(AccessDescription { access_method, access_location: uri(address)? });
    Ok(AuthorityInfoAccessSyntax(vec![described(CA_ISSUERS, addresses.certificate)?, described(OCSP, addresses.ocsp)?]))
}

fn distribution(addresses: &Addresses) -> Result<CrlDistributionPoints, Error> {
    let name = DistributionPointName::FullName(vec![uri(addresses.revocation_list)?]);
    Ok(CrlDistributionPoints(vec![DistributionPoint {
        distribution_point: Some(name),
        reasons: None,
        crl_issuer: None,
    }]))
}

fn alternative_names(hosts: &[String]) -> Result<SubjectAltName, Error> {
    let name = |host: &String| match host.parse::<IpAddr>() {
        Ok(address) => Ok::<_, Error>(GeneralName::from(address)),
        Err(_) => Ok(GeneralName::DnsName(Ia5String::new(host)?)),
    };
    Ok(SubjectAltName(hosts.iter().map(name).collect::<Result<_, _>>()?))
}

fn uri(address: &str) -> Result<GeneralName, Error> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(address)?))
}
