//! Images as they lie in archives: layers, configuration and the tree of files that they leave.

mod archive;
mod config;
mod layer;
mod mentions;
mod noise;
mod tree;

pub(crate) use config::{Config, FieldDifference};
pub(crate) use mentions::{Mention, first_mention, names};
pub(crate) use noise::{Noise, noise};
pub(crate) use tree::{Kind, Node, Tree};

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use thiserror::Error;

/// Why an archive cannot be read.
#[derive(Debug, Error)]
pub(crate) enum Unreadable {
    #[error("the image archive cannot be read: {0}")]
    Read(#[from] io::Error),

    #[error("the image archive holds no {0}")]
    Missing(String),

    #[error("the image archive is not understood: {0}")]
    Strange(String),

    #[error("interrupted; nothing was changed")]
    Interrupted,
}

/// An image.
#[derive(Clone, Debug, Default)]
pub(crate) struct Image {
    /// From the base up.
    pub(crate) layers: Vec<Layer>,
    /// What a container of it is started with.
    pub(crate) config: Config,
    /// The files that a container sees.
    pub(crate) tree: Tree,
}

/// A layer of an image.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// The digest under which the archive has it.
    pub(crate) digest: String,
    /// The bytes of the layer as an uncompressed tar archive: what `buildah images` and `podman images` add up.
    pub(crate) archive_bytes: u64,
    /// The bytes of the files and links in it, each once: what `docker history` says.
    pub(crate) file_bytes: u64,
    /// The bytes that are pulled, if the archive is compressed.
    pub(crate) pulled_bytes: Option<u64>,
    /// The instruction that made it, as the builder noted it.
    pub(crate) made_by: String,
}

/// What is known of layers that were read already: images of one base share most of them.
#[derive(Default)]
pub(crate) struct Known(HashMap<String, Arc<layer::Contents>>);

impl Image {
    /// The bytes of all layers, uncompressed.
    pub(crate) fn size(&self) -> u64 {
        self.layers.iter().map(|layer| layer.archive_bytes).sum()
    }

    /// The bytes of all layers as they are pulled.
    pub(crate) fn pulled(&self) -> Option<u64> {
        self.layers.iter().map(|layer| layer.pulled_bytes).sum()
    }

    /// Reads the archive at `path`, an OCI archive or one of `docker save`. `config` is what the builder says of the
    /// configuration, if it knows more than the archive.
    pub(crate) fn read(
        path: &Path,
        config: Option<Value>,
        known: &mut Known,
    ) -> Result<Self, Unreadable> {
        let archive = archive::Archive::open(path)?;
        let described = archive.describe()?;
        let mut tree = Tree::default();
        let mut layers = Vec::new();
        let made_by = config::made_by(&described.config);
        for (number, blob) in described.layers.iter().enumerate() {
            let contents = match known.0.get(&blob.name) {
                Some(contents) => Arc::clone(contents),
                None => {
                    let contents = Arc::new(layer::Contents::read(archive.reader(&blob.name)?)?);
                    known.0.insert(blob.name.clone(), Arc::clone(&contents));
                    contents
                }
            };
            tree.apply(&contents.entries);
            layers.push(Layer {
                digest: blob.name.clone(),
                archive_bytes: contents.archive_bytes,
                file_bytes: contents.file_bytes,
                pulled_bytes: contents.is_compressed.then_some(blob.size),
                made_by: made_by.get(number).cloned().unwrap_or_default(),
            });
        }
        let config = Config::of(config.as_ref().unwrap_or(&described.config));
        Ok(Self { layers, config, tree })
    }
}
