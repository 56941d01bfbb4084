//! What the connections of a worker share.

use std::sync::Arc;

use super::drain::Drain;
use super::noise::Noise;
use super::role::Role;
use super::tls::Tls;
use crate::config::Limits;

/// What all workers share.
#[derive(Clone)]
pub(crate) struct Common {
    pub(crate) role: Role,
    pub(crate) limits: Limits,
    pub(crate) drain: Drain,
    pub(crate) tls: Arc<Tls>,
    pub(crate) noise: Arc<Noise>,
}

/// What all connections of one worker share.
pub(crate) struct Server<S> {
    pub(crate) site: S,
    pub(crate) common: Common,
}
