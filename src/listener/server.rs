//! What the connections of a worker share.

use std::sync::Arc;

use super::drain::Drain;
use super::tls::Tls;
use crate::config::{Limits, PublicUrl};

/// What all workers share.
#[derive(Clone)]
pub(crate) struct Common {
    pub(crate) limits: Limits,
    pub(crate) public_url: PublicUrl,
    /// Whether nothing is served to a caller without a certificate.
    pub(crate) certificate_required: bool,
    pub(crate) drain: Drain,
    pub(crate) tls: Arc<Tls>,
}

/// What all connections of one worker share.
pub(crate) struct Server<S> {
    pub(crate) site: S,
    pub(crate) common: Common,
}
