//! Base images whose folders are known.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{ImagePattern, any_image};

/// A kind of base images.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct BaseImage {
    images: Vec<ImagePattern>,
    #[serde(default = "yes")]
    known: bool,
    chown: Option<Chown>,
    #[serde(default)]
    folders: Vec<String>,
    #[serde(default)]
    homes: Vec<String>,
    #[serde(default)]
    empty: Vec<String>,
    #[serde(default = "root")]
    workdir: String,
}

/// Whose chown an image has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Chown {
    /// That of the GNU core utilities.
    Gnu,
    /// That of busybox.
    Busybox,
}

/// The system's own folders (Filesystem Hierarchy Standard 3.0, section 3, with /run, /proc, /sys).
const SYSTEM: [&str; 21] = [
    "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt",
    "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var",
];

/// What is known of the image that `reference` names, with defaults filled in. A digest without a tag may be that of any.
pub(crate) fn base_image(reference: &str) -> Option<&'static BaseImage> {
    let digested = reference.split_once('@').map(|(image, _)| image);
    if digested.is_some_and(|image| !image.rsplit('/').next().unwrap_or(image).contains(':')) {
        return None;
    }
    let row = rows().iter().find(|row| any_image(&row.images, reference))?;
    row.known.then_some(row)
}

impl BaseImage {
    /// Whose chown it has.
    pub(crate) fn chown(&self) -> Option<Chown> {
        self.chown
    }

    /// The folder that RUN starts in.
    pub(crate) fn workdir(&self) -> &str {
        &self.workdir
    }

    /// Whether the image surely has a folder at `path`, with nothing in it.
    pub(crate) fn has_empty(&self, path: &str) -> bool {
        self.empty.iter().any(|folder| folder == path)
    }

    /// Whether the image surely has nothing at `path`, an absolute one without `.` and `..`: it lies in
    /// a folder of its own below the root, or in one below a folder that is known to be empty.
    pub(crate) fn lacks(&self, path: &str) -> bool {
        let within = |folder: &str| path.strip_prefix(folder).filter(|rest| rest.starts_with('/'));
        let first = path.split('/').find(|name| !name.is_empty());
        let empty = self.empty.iter().map(String::as_str);
        let mut parents = ["/opt", "/srv", "/usr/src"].into_iter().chain(empty);
        // A file of the shell has a dot in front.
        let in_home = |home: &String| within(home).is_some_and(|rest| !rest.starts_with("/."));
        let elsewhere = first.is_some_and(|first| !SYSTEM.contains(&first))
            || parents.any(|parent| within(parent).is_some())
            || self.homes.iter().any(in_home);
        let held = |folder: &String| path == folder.as_str() || within(folder).is_some();
        elsewhere && !self.has_empty(path) && !self.folders.iter().any(held)
    }
}

fn root() -> String {
    "/".to_owned()
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    image: Vec<BaseImage>,
}

fn rows() -> &'static [BaseImage] {
    static TABLE: OnceLock<Vec<BaseImage>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table: Table = toml::from_str(include_str!("base_images.toml"))
            .expect("the table is part of the program and a test reads it");
        table.image
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_sound() {
        for row in rows() {
            assert!(!row.images.is_empty(), "{row:?}");
            assert_eq!(row.known, row.chown.is_some(), "{row:?}");
            let plain = |path: &String| path.starts_with('/') && !path.ends_with('/');
            let mut all = row.folders.iter().chain(&row.homes).chain(&row.empty);
            assert!(all.all(plain) && row.workdir.starts_with('/'), "{row:?}");
        }
    }

    #[test]
    fn folders_of_an_image() {
        let lacks = |image: &str, path: &str| base_image(image).map(|image| image.lacks(path));
        assert_eq!(lacks("node:22", "/app"), Some(true));
        assert_eq!(lacks("golang:1.22", "/go/src/app"), Some(false));
        assert_eq!(lacks("golang:1.22", "/gopher"), Some(true));
        assert_eq!(lacks("debian", "/srv/app"), Some(true));
        assert_eq!(lacks("debian", "/srv"), Some(false));
        assert_eq!(lacks("debian", "/usr/src/app"), Some(true));
        assert_eq!(lacks("debian", "/usr/share/app"), Some(false));
        assert_eq!(lacks("node", "/home/node/app"), Some(true));
        assert_eq!(lacks("node", "/home/node/.npm"), Some(false));
        assert_eq!(lacks("php:8-apache", "/var/www/html"), Some(false));
        assert_eq!(
            base_image("php:8-apache").map(|php| php.has_empty("/var/www/html")),
            Some(true)
        );
        assert_eq!(lacks("oven/bun:1", "/home/bun/app"), Some(false));
        assert_eq!(lacks("oven/bun:1", "/home/bun/app/src"), Some(true));
        assert_eq!(lacks("oven/bun:1-distroless", "/app"), None);
        assert_eq!(lacks("python:3-onbuild", "/app"), None);
        assert_eq!(lacks("example.com/node:22", "/app"), None);
        assert_eq!(lacks("node:22@sha256:0123", "/app"), Some(true));
        assert_eq!(lacks("node@sha256:0123", "/app"), None);
        assert_eq!(base_image("node:22-alpine").and_then(BaseImage::chown), Some(Chown::Busybox));
    }
}
