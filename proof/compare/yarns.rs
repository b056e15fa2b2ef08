//! Which yarn runs.
//!
//! Sources: Yarn documentation, "Corepack", "yarn set version"; yarnpkg.com, "Installation" (its repositories for Debian and Red Hat, and its script,
//! bring yarn 1).

use crate::program::{Action, Step};

/// Whether a step may bring a yarn that is none of an image of Node.
pub(super) fn is_another_yarn(step: &Step<'_>) -> bool {
    match &step.action {
        Action::Call(call) => {
            let mut texts = call.words.iter().chain(&call.redirects);
            texts.any(|text| text.split(['>', '=', ' ', '"', '\'']).any(tells))
                || call.words.windows(2).any(|two| two[0] == "set" && two[1] == "version")
        }
        Action::Copy(copy) => {
            let mut texts = copy.sources.iter().chain([&copy.destination]);
            texts.any(|text| tells(text) || text.rsplit('/').next() == Some("yarn"))
        }
        _ => false,
    }
}

fn tells(word: &str) -> bool {
    let bare = word.trim_end_matches('/');
    let of_yarn = word.contains("yarnpkg") && !bare.ends_with("registry.yarnpkg.com");
    let classic = ["yarnpkg.com/debian", "yarnpkg.com/rpm", "yarnpkg.com/install.sh"];
    let program = bare.rsplit_once('/').is_some_and(|(folder, name)| {
        name == "yarn.js" || name == "yarn" && folder.ends_with("bin")
    });
    program
        || word.contains("corepack")
        || word.starts_with("yarn@")
        || of_yarn && !classic.iter().any(|place| word.contains(place))
}
