//! Packages of npm with machine code that is linked with libraries of the system.

use super::runtime::Runtime;
use crate::program::Action;

/// Packages of npm that load a library of the system, with the package of Debian that brings it.
const LOADING: &[(&str, &str)] = &[
    ("canvas", "libcairo2"),
    ("kerberos", "libgssapi-krb5-2"),
    ("libpq", "libpq5"),
    ("node-hid", "libudev1"),
    ("node-libcurl", "libcurl4"),
    ("node-rdkafka", "libsasl2-2"),
    ("nodegit", "libssh2-1"),
    ("odbc", "unixodbc"),
    ("pg-native", "libpq5"),
    ("robotjs", "libxtst6"),
    ("usb", "libudev1"),
];

impl Runtime<'_, '_> {
    /// What the packages of a project of npm load is installed.
    pub(super) fn loads(&self, path: &str, text: &str) -> Result<(), String> {
        let manifest: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let wanted = manifest.get("dependencies").and_then(|table| table.as_object());
        for (name, library) in LOADING {
            let installs = self.new.steps.iter().any(|step| {
                matches!(&step.action, Action::Call(call) if call.words.iter().any(|word| word == library))
            });
            if !installs && wanted.is_some_and(|table| table.contains_key(*name)) {
                return Err(format!("nothing brings {library}, which {name} of {path} loads"));
            }
        }
        Ok(())
    }
}
