//! The packages that are there before an install, as far as the file tells.

use std::collections::BTreeSet;

use crate::facts::{Command, PackageCall, package_name};
use crate::knowledge::{Recommendation, held_by_image};

/// The packages that are there.
#[derive(Clone, Default)]
pub(super) struct Present {
    /// The base image holds them, or an install names them.
    named: BTreeSet<String>,
    /// They came because a package recommends them.
    brought: BTreeSet<String>,
    /// Whether a package was removed, and with it whatever depended on it.
    removed: bool,
    /// Whether a setting leaves recommendations out.
    pub(super) decided: bool,
}

impl Present {
    /// What a base image holds.
    pub(super) fn in_image(image: Option<&str>) -> Self {
        let held = image.into_iter().flat_map(held_by_image).map(str::to_owned);
        Self { named: held.collect(), ..Self::default() }
    }

    /// Whether a recommended package is there, or another one that brings it.
    pub(super) fn has(&self, lost: &Recommendation) -> bool {
        self.named.iter().chain(&self.brought).any(|package| lost.comes_with(package))
    }

    /// Follows an install that names packages.
    pub(super) fn name<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        self.named.extend(names.map(str::to_owned));
    }

    /// Follows an install that brings packages without naming them.
    pub(super) fn bring<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        self.brought.extend(names.map(str::to_owned));
    }

    /// Follows a call of apt that removes packages; others change nothing.
    pub(super) fn follow<W: AsRef<str>>(
        &mut self,
        command: &Command<'_>,
        call: &PackageCall<'_, W>,
    ) {
        let unused = ["autoremove", "auto-remove", "autopurge"].iter().any(|verb| call.is(verb));
        if !unused && !call.is("remove") && !call.is("purge") {
            return;
        }
        let words: Vec<&str> =
            call.operands().skip(1).filter_map(|at| command.words[at].as_deref()).collect();
        self.removed |= !words.is_empty();
        // apt-get(8): a word may be a pattern.
        let open = words.iter().any(|word| word.contains(['*', '?', '[', '^', '$', '|']));
        if open || command.words.iter().any(Option::is_none) {
            *self = Self { removed: true, decided: self.decided, ..Self::default() };
        }
        for word in words {
            self.named.remove(package_name(word));
            self.brought.remove(package_name(word));
        }
        // aptitude(8): it removes what nobody needs any more with each removal.
        let unused = unused
            || command.program_name() == Some("aptitude")
            || call.has_any(&["--auto-remove", "--autoremove"].map(str::to_owned));
        // apt keeps what an installed package recommends; after a removal nobody here knows which are left, for
        // `remove perl` takes git along.
        if unused && self.removed {
            self.brought.clear();
        }
    }
}
