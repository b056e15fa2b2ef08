//! The users of base images.
//!
//! The head of `users.toml` names the source.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{ImagePattern, any_image};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    root: Vec<ImagePattern>,
}

/// Whether the user of a base image is root, with /root for its home.
pub(crate) fn is_root_by_default(image: &str) -> bool {
    static TABLE: OnceLock<Table> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        toml::from_str(include_str!("users.toml"))
            .expect("the table is part of the program and a test reads it")
    });
    any_image(&table.root, image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_images_belong_to_root() {
        assert!(is_root_by_default("python:3.12-slim") && is_root_by_default("debian"));
        assert!(!is_root_by_default("jupyter/base-notebook"));
    }
}
