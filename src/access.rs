//! For whom a certificate may act: certificate -> client system -> operation -> organisation.
//!
//! The certificate names the data processor (often an IT vendor), the header block
//! `ActiveOrganisationHeader` the authority it acts for; both must fit, and so must the
//! `RequestOrganisationStructure` of `RequestUserMetadataHeader`. Requests of a contract without
//! the block name no authority; then the registration does. Every call is checked
//! anew, whether its connection is new, resumed or has been open for hours.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use dfdg_contract::{Contract, ElementId, Message, Operation};

use crate::clients::{ClientSystem, Organisation, Publisher, Registered, Registry};
use crate::error::AccessError;
use crate::identity::Identity;
use crate::peer::Peer;

/// Where the organisations stand in the header blocks of a contract: found once at start by
/// local names, so that a contract with other namespaces needs no change.
#[derive(Debug, Default)]
pub struct HeaderPaths {
    active: Option<OrganisationPath>,
    request: Option<OrganisationPath>,
    user_type: Option<Vec<ElementId>>,
    user: Option<Vec<ElementId>>,
    /// The types of organisation there are, as far as is known.
    types: Vec<u32>,
}

#[derive(Debug)]
struct OrganisationPath {
    /// The element that holds both, for whoever is told what is wrong with them.
    name: &'static str,
    kind: Vec<ElementId>,
    code: Vec<ElementId>,
}

impl HeaderPaths {
    /// Finds the paths in a contract; a contract without these header blocks has none. `types` are
    /// the types of organisation in the code list.
    #[must_use]
    pub fn of(contract: &Contract, types: &[u32]) -> Self {
        let find = |name, kind: &[&str], code: &[&str]| {
            Some(OrganisationPath { name, kind: path(contract, kind)?, code: path(contract, code)? })
        };
        let request = ["RequestUserMetadataHeader", "RequestOrganisationStructure"];
        let user_type = [request[0], "RequestUserStructure", "RequestUserTypeIdentifier", "CodeListItemIdentifier"];
        let user = [request[0], "RequestUserStructure", "UserIdentifier"];
        Self {
            active: find(
                "ActiveOrganisationHeader",
                &["ActiveOrganisationHeader", "OrganisationTypeIdentifier"],
                &["ActiveOrganisationHeader", "OrganisationCode"],
            ),
            request: find(
                "RequestUserMetadataHeader/RequestOrganisationStructure",
                &[request[0], request[1], "OrganisationTypeIdentifier", "CodeListItemIdentifier"],
                &[request[0], request[1], "OrganisationCode"],
            ),
            user_type: path(contract, &user_type),
            user: path(contract, &user),
            types: types.to_vec(),
        }
    }

    /// The organisation a request says it is made for, as it says it; `None` where its operation has no header
    /// block for that, or what stands there is no organisation.
    #[must_use]
    pub fn active<'m>(&self, operation: &Operation, headers: &'m Message<'_>) -> Option<(u32, &'m str)> {
        let path = self.active.as_ref().filter(|path| path.is_in(operation))?;
        Some((text(headers, &path.kind)?.parse().ok()?, text(headers, &path.code)?))
    }

    /// The type of the user on whose behalf a call is said to be made, for the journal.
    #[must_use]
    pub fn user_type(&self, headers: &Message<'_>) -> Option<u32> {
        text(headers, self.user_type.as_ref()?)?.parse().ok()
    }

    /// The identifier of that user, as stated, for the journal's keyed hash.
    #[must_use]
    pub fn user<'m>(&self, headers: &'m Message<'_>) -> Option<&'m str> {
        text(headers, self.user.as_ref()?)
    }
}

impl OrganisationPath {
    /// Whether requests of an operation carry it.
    fn is_in(&self, operation: &Operation) -> bool {
        operation.headers.iter().any(|header| self.kind.first() == Some(&header.element))
    }
}

/// The element ids of a path of local names that starts at a header block.
fn path(contract: &Contract, names: &[&str]) -> Option<Vec<ElementId>> {
    let (block, below) = names.split_first()?;
    let blocks = contract.operations().iter().flat_map(|operation| &operation.headers);
    let mut ids = vec![blocks.into_iter().find(|known| known.name == *block)?.element];
    for name in below {
        ids.push(contract.schema().child(*ids.last()?, name)?.element);
    }
    Some(ids)
}

/// The text at a path of a header block.
fn text<'m>(headers: &'m Message<'_>, path: &[ElementId]) -> Option<&'m str> {
    let (block, below) = path.split_first()?;
    let node = below.iter().try_fold(headers.header(*block)?, |node, id| node.child(*id))?;
    Some(node.text())
}

/// What a caller has been granted: its client system, and the organisation it acts for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The client system its certificate is registered for.
    pub client: Arc<ClientSystem>,
    /// The organisation in `ActiveOrganisationHeader`, as registered; where the operation has no such header block,
    /// the one its registration names.
    pub organisation: Arc<Organisation>,
}

/// The identity of the certificate a call came with.
///
/// # Errors
/// When there is none, it is none of those that may call, it is outside its validity, or it is
/// revoked or that cannot be told.
pub fn identify(peer: &Peer, now: DateTime<Utc>) -> Result<&Identity, AccessError> {
    match &peer.identity {
        Err(error) => Err(error.clone()),
        Ok(identity) if !identity.valid_at(now) => Err(AccessError::CertificateNotValid),
        Ok(identity) => peer.trail.check(now).map(|()| identity).map_err(AccessError::Revocation),
    }
}

/// The client system that is registered for an identity.
///
/// # Errors
/// When there is none, it is a publisher's, or its registration does not hold today.
pub fn admit(
    registry: &Registry,
    identity: &Identity,
    now: DateTime<FixedOffset>,
) -> Result<Arc<ClientSystem>, AccessError> {
    let client = match registry.find(identity.cvr, identity.uuid) {
        Some(Registered::Client(client)) => client,
        Some(Registered::Publisher(_)) => return Err(AccessError::RegisteredAsPublisher),
        None => return Err(AccessError::NotRegistered),
    };
    if !client.valid_on(now.date_naive()) {
        return Err(AccessError::RegistrationNotValid);
    }
    Ok(Arc::clone(client))
}

/// The publisher that is registered for an identity.
///
/// # Errors
/// When there is none, it is a client system's, or its registration does not hold today.
pub fn admit_publisher(
    registry: &Registry,
    identity: &Identity,
    now: DateTime<FixedOffset>,
) -> Result<Arc<Publisher>, AccessError> {
    let publisher = match registry.find(identity.cvr, identity.uuid) {
        Some(Registered::Publisher(publisher)) => publisher,
        Some(Registered::Client(_)) => return Err(AccessError::RegisteredAsClient),
        None => return Err(AccessError::NotRegistered),
    };
    if !publisher.valid_on(now.date_naive()) {
        return Err(AccessError::RegistrationNotValid);
    }
    Ok(Arc::clone(publisher))
}

/// What an operation asks of its caller.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// Name of the service.
    pub service: &'a str,
    /// The operation.
    pub operation: &'a Operation,
    /// Organisation types it is for; empty: any.
    pub organisation_types: &'a [u32],
    /// Where its contract has the organisations.
    pub paths: &'a HeaderPaths,
}

/// Grants a call to a client system, or says why not.
///
/// # Errors
/// When the operation is not allowed to the client system, or the organisation is not, or none is named.
pub fn grant(client: Arc<ClientSystem>, demand: Demand<'_>, headers: &Message<'_>) -> Result<Grant, AccessError> {
    if !client.may_call(demand.service, &demand.operation.name) {
        return Err(AccessError::OperationNotAllowed);
    }
    let carried = |path: &'_ &OrganisationPath| path.is_in(demand.operation);
    let registered = |path| registered(&client, &demand.paths.types, path, headers);
    let organisation = match demand.paths.active.as_ref().filter(carried) {
        Some(path) => registered(path)?,
        None => client.default_organisation().ok_or(AccessError::OrganisationNotNamed)?,
    };
    demand.paths.request.as_ref().filter(carried).map(registered).transpose()?;
    if !demand.organisation_types.is_empty() && !demand.organisation_types.contains(&organisation.kind()) {
        return Err(AccessError::OrganisationTypeNotPermitted);
    }
    let organisation = Arc::clone(organisation);
    Ok(Grant { client, organisation })
}

/// The organisation at a path, if the client system is registered to act for it. A type is unknown when neither the
/// code list nor the registration has it: whoever registers a type that is new to the list is right.
fn registered<'c>(
    client: &'c ClientSystem,
    known_types: &[u32],
    path: &OrganisationPath,
    headers: &Message<'_>,
) -> Result<&'c Arc<Organisation>, AccessError> {
    let kind = text(headers, &path.kind).and_then(|kind| kind.parse().ok());
    let registered = |kind| client.organisations().iter().any(|organisation| organisation.kind() == kind);
    if kind.is_some_and(|kind| !known_types.contains(&kind) && !registered(kind)) {
        return Err(AccessError::OrganisationTypeUnknown(path.name));
    }
    let organisation = kind.and_then(|kind| client.organisation(kind, text(headers, &path.code)?));
    organisation.ok_or(AccessError::OrganisationNotAllowed(path.name))
}
