//! Which yarn runs: that of the image, or another one.

use dockslim_syntax::{Dockerfile, Keyword};

use super::BuildStep;

/// Whether a step may bring another yarn than that of an image of Node: by its name with a version, by corepack, or as a file. What the repositories
/// for Debian and for Red Hat hold, and what the old script installs, is yarn 1, too (yarnpkg.com, "Installation"; Yarn documentation, "Corepack",
/// "yarn set version").
pub(crate) fn brings_yarn(dockerfile: &Dockerfile<'_>, step: &BuildStep<'_>) -> bool {
    let copies = matches!(step.instruction.kind, Keyword::Copy | Keyword::Add);
    if !copies && step.instruction.kind != Keyword::Run {
        return false;
    }
    let text = step.text(dockerfile);
    let sign = |c: char| c.is_whitespace() || "\"'`;&|()<>=,".contains(c);
    let words: Vec<&str> = text.split(sign).filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|two| two == ["set", "version"])
        || words.iter().any(|word| is_of_yarn(word) || copies && is_named_yarn(word))
}

/// Whether a word of a command names what brings a yarn, or the place of its program.
fn is_of_yarn(word: &str) -> bool {
    const FIRST: [&str; 3] =
        ["dl.yarnpkg.com/debian", "dl.yarnpkg.com/rpm", "yarnpkg.com/install.sh"];
    let first = FIRST.iter().any(|place| word.contains(place))
        || word.trim_end_matches('/').ends_with("registry.yarnpkg.com");
    word.starts_with("yarn@")
        || word.contains("corepack")
        || word.contains("yarnpkg") && !first
        || word.ends_with("bin/yarn")
        || word.ends_with("/yarn.js")
}

fn is_named_yarn(word: &str) -> bool {
    word.rsplit('/').next() == Some("yarn")
}

#[cfg(test)]
mod tests {
    use super::is_of_yarn;

    #[test]
    fn words_that_bring_a_yarn() {
        for word in [
            "yarn@3.6.4",
            "@yarnpkg/cli-dist",
            "corepack@latest",
            "https://repo.yarnpkg.com/3.6.4/packages/yarnpkg-cli/bin/yarn.js",
            "/usr/local/bin/yarn",
            "https://registry.yarnpkg.com/@yarnpkg/cli-dist/-/cli-dist-3.6.4.tgz",
        ] {
            assert!(is_of_yarn(word), "{word}");
        }
        for word in [
            "yarn",
            "yarn.lock",
            "https://registry.yarnpkg.com",
            "https://dl.yarnpkg.com/debian/pubkey.gpg",
            "/usr/local/share/.cache/yarn",
        ] {
            assert!(!is_of_yarn(word), "{word}");
        }
    }
}
