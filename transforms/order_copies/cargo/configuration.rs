//! The settings of cargo in a project: whether they lead to no file, and to no other place.
//!
//! <https://doc.rust-lang.org/cargo/reference/config.html>

use toml::{Table, Value};

use super::super::reasons;
use super::flags;
use crate::pass::Refusal;

/// Whether settings of cargo lead to no file, and to no other place.
pub(super) fn is_plain(place: &str, text: &str) -> Result<(), Refusal> {
    let unread = || (&reasons::READS_MORE, format!("what `{place}` sets is not known"));
    let table: Table = text.parse().map_err(|_| unread())?;
    let plain = |key: &str, value: &Value| match (key, value) {
        ("jobs" | "incremental" | "runner", _) => true,
        ("linker", Value::String(path)) => !path.contains('/') || path.starts_with("/usr/bin/"),
        ("rustflags", Value::String(text)) => flags::are_plain(text.split_whitespace()),
        ("rustflags", Value::Array(all)) => {
            let words: Option<Vec<&str>> = all.iter().map(Value::as_str).collect();
            words.is_some_and(flags::are_plain)
        }
        _ => false,
    };
    let are_plain = |value: &Value| {
        value.as_table().is_some_and(|table| table.iter().all(|(key, value)| plain(key, value)))
    };
    let fine = table.iter().all(|(key, value)| match key.as_str() {
        "net" | "registries" | "registry" | "term" => true,
        // One of these names may be that of another call.
        "alias" => ["b", "build", "clean"].iter().all(|name| value.get(name).is_none()),
        "http" => value.get("cainfo").is_none() && value.get("proxy-cainfo").is_none(),
        "build" => value.get("linker").is_none() && are_plain(value),
        "target" => value.as_table().is_some_and(|all| all.values().all(are_plain)),
        _ => false,
    });
    let leads = ["./", "../", "file:", "directory", "local-registry", "missing"];
    if fine && !leads.iter().any(|part| text.contains(part)) { Ok(()) } else { Err(unread()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_may_lead_elsewhere() {
        let fine = |text: &str| is_plain(".cargo/config.toml", text).is_ok();
        assert!(fine("[build]\nrustflags = [\"-C\", \"target-cpu=native\"]\n"));
        assert!(fine("[target.x86_64-unknown-linux-musl]\nlinker = \"rust-lld\"\n"));
        assert!(!fine("[build]\ntarget-dir = \"out\"\n"));
        assert!(!fine("[source.vendored-sources]\ndirectory = \"vendor\"\n"));
        assert!(!fine("[target.a]\nlinker = \"./link.sh\"\n"));
        assert!(!fine("[target.a]\nlinker = \"tools/link.sh\"\n"));
        assert!(!fine("[target.a]\nrustflags = [\"-C\", \"link-arg=-Tlink.x\"]\n"));
        assert!(!fine("[alias]\nb = \"build --target a\"\n"));
        assert!(!fine("[http]\ncainfo = \"ca.pem\"\n"));
    }
}
