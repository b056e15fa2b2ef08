//! A runtime of Java that is put together of the kit of Debian's packages, and stands on the same Debian without them.

use dockslim_contract::BuildContext;

use super::bases::{official, suite};
use super::runtime::Runtime;
use crate::program::{Action, visit};

/// Where ca-certificates-java has what Debian trusts, and a runtime looks for it below its own folder.
pub(super) const TRUSTED: &str = "/etc/ssl/certs/java/cacerts";
const BELOW_RUNTIME: &str = "/lib/security/cacerts";

/// Words by which somebody names the kit by its place, gives it other settings, or reads what came with its packages.
const NAMED: &[&str] = &[
    "/etc/java",
    "/etc/ssl",
    "/usr/lib/jvm",
    "CLASSPATH",
    "JAVA_HOME",
    "alternatives",
    "cacerts",
    "keytool",
    "probeContentType",
];

impl Runtime<'_, '_> {
    /// Whether a place of a COPY is that of the certificates of a runtime.
    pub(super) fn is_trusted(&self, source: &str, target: &str) -> bool {
        let home = self.modules().filter(|home| !home.is_empty());
        home.is_some_and(|home| source == TRUSTED && target == format!("{home}{BELOW_RUNTIME}"))
    }

    /// Whether modules of a package's kit stand for its whole runtime.
    pub(super) fn replaces_kit(&self, kit: &str) -> Result<(), String> {
        let image = official(&self.old.image);
        let release = matches!(suite(image), Some("bookworm" | "trixie" | "stable"));
        let debian = image.split(':').next() == Some("debian");
        let number: String = kit.chars().filter(char::is_ascii_digit).collect();
        // The defaults of these releases are 17 and 21.
        let young = number.is_empty() || number.parse().is_ok_and(|number: u32| number >= 17);
        if !release || !debian || !young {
            return Err(format!("whether {kit} can be taken apart is not known"));
        }
        let trusts = self.new.steps.iter().any(|step| {
            let Action::Copy(copy) = &step.action else { return false };
            let folder = copy.destination.trim_end_matches('/');
            copy.sources == [TRUSTED] && self.is_trusted(TRUSTED, &format!("{folder}/cacerts"))
        });
        if !trusts {
            return Err("the runtime trusts others than Debian's kit does".to_owned());
        }
        let environment = &self.old.configuration.environment;
        if let Some(name) =
            ["CLASSPATH", "JAVA_HOME", "PATH"].iter().find(|name| environment.contains_key(**name))
        {
            return Err(format!("{name} is set for another place of Java"));
        }
        let sign = |text: &str| NAMED.iter().copied().find(|sign| text.contains(sign));
        let mut named = None;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                named = named.or(call.words.iter().find_map(|word| sign(word)));
            }
        });
        let started = self.old.configuration.starts().into_iter().flatten().find_map(sign);
        let files = self.context.into_iter().flat_map(BuildContext::entries);
        let mut texts = files.filter_map(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let aside = name.starts_with("Dockerfile") || name.ends_with(".md");
            self.context?.text(path).filter(|_| !aside)
        });
        match named.or(started).or_else(|| texts.find_map(sign)) {
            Some(sign) => Err(format!("`{sign}` is named, where the packages of a kit have files")),
            None => Ok(()),
        }
    }
}
