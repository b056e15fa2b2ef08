//! dockslim: an optimising compiler from Dockerfile to Dockerfile.

pub mod engine;
