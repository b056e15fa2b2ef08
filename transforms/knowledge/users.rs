//! The users of base images, and whether caches of package managers lie in them.
//!
//! The head of `users.toml` names the source.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{ImagePattern, any_image};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    root: Vec<ImagePattern>,
    onbuild: Vec<ImagePattern>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("users.toml"))
            .expect("the table is part of the program and a test reads it")
    })
}

/// Whether the user of a base image is root, with /root for its home.
pub(crate) fn is_root_by_default(image: &str) -> bool {
    any_image(&table().root, image)
}

/// Whether the package managers of a base image have left no caches in it.
pub(crate) fn ships_no_caches(image: &str) -> bool {
    is_root_by_default(image) && !any_image(&table().onbuild, image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_images_belong_to_root() {
        assert!(is_root_by_default("python:3.12-slim") && is_root_by_default("debian"));
        assert!(!is_root_by_default("jupyter/base-notebook"));
        assert!(ships_no_caches("node:22") && !ships_no_caches("node:8-onbuild"));
    }
}
