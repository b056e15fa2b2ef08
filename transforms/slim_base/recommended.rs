//! What a package opens by a name that each release changes, and whether apt brings it as a recommendation.

use super::needs::{Candidate, Needs};
use super::{Refusal, reasons};
use crate::facts::Command;
use crate::knowledge::{FullPackage, told_suite_of_image};

/// Packages that recommend what they open (package index of Debian 11 to 13).
const RECOMMENDING: &[&str] = &["imagemagick"];

impl Needs {
    /// Notes that apt brings more along with a package, where nobody tells it to leave out what is only recommended.
    pub(super) fn comes_with(
        &mut self,
        candidate: Candidate<'_, '_>,
        command: &Command<'_>,
        name: &str,
    ) {
        let mut words = command.words.iter().map(Option::as_deref);
        let told = words.any(|word| word.is_none_or(|word| word.contains("nstall-")));
        let elsewhere = candidate.build.dockerfile.source.contains("Install-Recommends");
        // Where the release is known, so is the name.
        let known = candidate.stage.image.as_deref().and_then(told_suite_of_image).is_some();
        if RECOMMENDING.contains(&name) && !told && !elsewhere && !known {
            self.whole.push(name.to_owned());
        }
    }

    /// Refuses a package that opens what has another name in each release, where the tag tells none and apt is not known to bring it.
    pub(super) fn names_what_it_opens(
        &self,
        package: &FullPackage,
        suite: Option<&str>,
    ) -> Result<(), Refusal> {
        if !package.lacks_names(suite) || self.whole.contains(&package.name) {
            return Ok(());
        }
        let message = format!(
            "{} opens what has another name in each release, and the tag tells none",
            package.name
        );
        Err((&reasons::UNKNOWN_SUITE, message))
    }
}
