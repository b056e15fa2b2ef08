//! Packages of Python that a full image compiles for another stage: the libraries that their modules name for the loader.
//!
//! Sources: the dynamic sections of what pip builds in python:3.11; uwsgiconfig.py and the documentation of uWSGI, "Serving static files".

use super::uses::{Uses, brought};

/// A package, and what it is linked with that slim images lack.
const LINKED: &[(&str, &str)] = &[
    ("mysqlclient", "libmariadb3"),
    ("psycopg", "libpq5"),
    ("psycopg2", "libpq5"),
    ("pycurl", "libcurl4"),
    ("python-magic", "libmagic1"),
    ("uwsgi", "libxml2"),
];
/// Lists of the types of files, by which uwsgi serves them.
const TYPES: &[&str] = &["media-types", "mime-support"];
/// What changes that in the stage that compiles.
const CHANGING: &[&str] = &["LDFLAGS=", "MYSQLCLIENT_", "PYCURL_", "UWSGI_"];

impl Uses {
    /// What a package is linked with that the stage lacks which takes it; `None` if that is not known.
    pub(super) fn lost_beside(&self, name: &str) -> Option<Result<(), String>> {
        let beside = self.beside.as_ref()?;
        let (_, library) = LINKED.iter().find(|(one, _)| *one == name)?;
        let all = self.texts.iter().chain(&self.words);
        let told = all.clone().any(|text| CHANGING.iter().any(|sign| text.contains(sign)));
        let headers = |one: &String| one.ends_with("-dev") && one != "python3-dev";
        // uwsgi looks for what it may be linked with.
        let looks = name == "uwsgi" && self.installed.iter().any(headers);
        // What is linked with GnuTLS has another library.
        let other = |one: &String| one.starts_with("libcurl4-") && one != "libcurl4-openssl-dev";
        let other = name == "pycurl" && self.installed.iter().any(other);
        if told || looks || other {
            return None;
        }
        if !brought(beside, library) {
            return Some(Err(format!("{name}, which is linked with {library}")));
        }
        let typed = name != "uwsgi" || TYPES.iter().any(|list| brought(beside, list));
        Some(if typed { Ok(()) } else { Err(format!("{name}, which reads a list of types")) })
    }
}
