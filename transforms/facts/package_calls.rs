//! Calls of package managers: which manager, which verb, which flags.

use std::ops::Range;

use crate::knowledge::{
    PackageManager, VerbRule, Wrapper, managers_by, program_names, wrappers_by,
};

/// A simple command that calls a package manager.
///
/// Its words are the literal texts of the words of the command, `None` where an expansion leaves the
/// text open. All indices count those words.
#[derive(Debug)]
pub(crate) struct PackageCall<'w, W> {
    /// The manager.
    pub(crate) manager: &'static PackageManager,
    /// What stands around the call, from the outside to the inside: `sudo`, `env`, …, each with its
    /// words.
    pub(crate) wrappers: Vec<(Range<usize>, &'static Wrapper)>,
    /// The words that name the program: `pip`, or `python -m pip`.
    pub(crate) program: Range<usize>,
    /// Whether a word that is not known stands in front of the program: `$SUDO apt-get install`.
    pub(crate) behind_unknown: bool,
    words: &'w [Option<W>],
}

/// Which verb of a rule a call has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VerbMatch<'r> {
    /// The verb as the rule has it.
    pub(crate) verb: &'r str,
    /// The word behind which a flag of the verb goes.
    pub(crate) last_word: usize,
    /// Whether all words up to there are known: not so in `pip $OPTIONS install`.
    pub(crate) certain: bool,
}

/// The call of a package manager that a simple command is, whatever is wrapped around it.
pub(crate) fn package_call<W: AsRef<str>>(words: &[Option<W>]) -> Option<PackageCall<'_, W>> {
    let mut wrappers = Vec::new();
    let mut behind_unknown = false;
    let mut at = 0;
    loop {
        let Some(word) = text(words, at) else {
            // Only what is known may follow unknown words, or any argument would become a program.
            at += words.get(at..)?.iter().position(Option::is_some)?;
            if !text(words, at).is_some_and(known) {
                return None;
            }
            behind_unknown = true;
            continue;
        };
        if let Some((opening, wrapper)) =
            wrappers_by(word).iter().find(|(opening, _)| begins_with(&words[at..], opening))
        {
            let behind = behind_wrapper(words, at + opening.len(), wrapper);
            wrappers.push((at..behind, *wrapper));
            at = behind;
            continue;
        }
        let (opening, manager) =
            managers_by(word).iter().find(|(opening, _)| begins_with(&words[at..], opening))?;
        let program = at..at + opening.len();
        return Some(PackageCall { manager, wrappers, program, behind_unknown, words });
    }
}

/// The number of the word that names the program behind all wrappers; it may be behind the last word.
pub(crate) fn wrapped_program<W: AsRef<str>>(words: &[Option<W>]) -> usize {
    let mut at = 0;
    while let Some(word) = text(words, at) {
        let wrapper =
            wrappers_by(word).iter().find(|(opening, _)| begins_with(&words[at..], opening));
        let Some((opening, wrapper)) = wrapper else { break };
        at = behind_wrapper(words, at + opening.len(), wrapper);
    }
    at.min(words.len())
}

impl<W: AsRef<str>> PackageCall<'_, W> {
    /// The first verb of the rules that the call has, with the flags that its rule asks for.
    pub(crate) fn matches<'r>(&self, rules: &'r [VerbRule]) -> Option<VerbMatch<'r>> {
        rules.iter().find_map(|rule| {
            let found = rule.verbs.iter().find_map(|verb| self.verb(verb))?;
            let with = rule.with.is_empty() || self.has_any(&rule.with);
            (with && !self.has_any(&rule.without)).then_some(found)
        })
    }

    /// Whether the call has this verb, with whatever flags.
    pub(crate) fn is(&self, verb: &str) -> bool {
        self.verb(verb).is_some()
    }

    /// Whether one of the flags is there, alone, with a value behind `=`, or in a cluster.
    pub(crate) fn has_any(&self, flags: &[String]) -> bool {
        self.flag_words(flags).next().is_some()
    }

    /// The words that are neither options nor their arguments, as far as they are known.
    pub(crate) fn operands(&self) -> impl Iterator<Item = usize> {
        self.arguments().filter_map(|(index, argument)| match argument {
            Argument::Operand(_) => Some(index),
            Argument::Option(_) => None,
        })
    }

    /// Whether npm, yarn or pnpm decides by it which packages there are; what only runs scripts does not.
    pub(crate) fn settles_packages_of_node(&self) -> bool {
        let runs = ["build", "cache", "config", "run", "run-script", "start", "test"];
        let node = matches!(self.manager.name.as_str(), "npm" | "yarn" | "pnpm");
        node && match self.operands().next() {
            None => self.manager.name == "yarn",
            Some(at) => text(self.words, at).is_none_or(|verb| !runs.contains(&verb)),
        }
    }

    /// Whether npm, yarn or pnpm is told by it to install, or to leave, no packages for development alone (npm documentation, "config", `omit`;
    /// yarn 1, "yarn install"; pnpm, "pnpm install", "pnpm prune", "pnpm deploy").
    pub(crate) fn leaves_development_out(&self) -> bool {
        const OPTIONS: [&str; 6] = [
            "--omit=dev",
            "--only=prod",
            "--only=production",
            "--prod",
            "--production",
            "--production=true",
        ];
        let node = matches!(self.manager.name.as_str(), "npm" | "yarn" | "pnpm");
        let verb = self.operands().next().and_then(|at| text(self.words, at));
        let settles = match verb {
            None => self.manager.name == "yarn",
            Some(verb) => matches!(
                verb,
                "add"
                    | "ci"
                    | "clean-install"
                    | "deploy"
                    | "i"
                    | "install"
                    | "prune"
                    | "update"
                    | "workspaces"
            ),
        };
        let word = |at: usize| text(self.words, at);
        let told = (self.program.end..self.words.len()).any(|at| {
            word(at).is_some_and(|option| OPTIONS.contains(&option))
                || word(at) == Some("--omit") && word(at + 1) == Some("dev")
                || word(at) == Some("--only") && matches!(word(at + 1), Some("prod" | "production"))
        });
        node && settles && told
    }

    /// The words that are, or hold, one of the flags.
    pub(crate) fn flag_words<'s>(
        &'s self,
        flags: &'s [String],
    ) -> impl Iterator<Item = usize> + 's {
        self.arguments().filter_map(move |(index, argument)| match argument {
            Argument::Option(option) => {
                flags.iter().any(|flag| self.is_flag(option, flag)).then_some(index)
            }
            _ => None,
        })
    }

    fn verb<'r>(&self, verb: &'r str) -> Option<VerbMatch<'r>> {
        let last_word = if verb.starts_with('-') {
            self.arguments().find_map(|(index, argument)| {
                matches!(argument, Argument::Option(option) if option == verb).then_some(index)
            })?
        } else {
            let mut operands = self.arguments().filter_map(|(index, argument)| match argument {
                Argument::Operand(operand) => Some((index, operand)),
                _ => None,
            });
            match verb {
                "" if operands.next().is_none() => self.program.end - 1,
                "" => return None,
                "*" => operands.next()?.0,
                _ => {
                    let mut last = self.program.end;
                    for wanted in verb.split(' ') {
                        let (index, operand) = operands.next()?;
                        if operand != wanted {
                            return None;
                        }
                        last = index;
                    }
                    last
                }
            }
        };
        let before = if verb.is_empty() { self.words.len() } else { last_word };
        let certain = !self.behind_unknown
            && self.words[self.program.end.min(before)..before].iter().all(Option::is_some);
        Some(VerbMatch { verb, last_word, certain })
    }

    /// What stands behind the program, without the arguments of its options.
    fn arguments(&self) -> impl Iterator<Item = (usize, Argument<'_>)> {
        let mut is_argument = false;
        let mut only_operands = false;
        let behind = self.program.end;
        self.words[behind..].iter().zip(behind..).filter_map(move |(word, index)| {
            let word = word.as_ref().map(AsRef::as_ref);
            if std::mem::take(&mut is_argument) {
                return None;
            }
            let argument = match word {
                None => return None,
                Some("--") => {
                    only_operands = true;
                    return None;
                }
                Some(word) if word.len() > 1 && word.starts_with('-') && !only_operands => {
                    let options = &self.manager.options_with_argument;
                    is_argument = takes_argument(word, options, self.manager.clusters);
                    Argument::Option(word)
                }
                Some(word) => Argument::Operand(word),
            };
            Some((index, argument))
        })
    }

    fn is_flag(&self, option: &str, flag: &str) -> bool {
        if let Some(rest) = option.strip_prefix(flag)
            && (rest.is_empty() || rest.starts_with('='))
        {
            return true;
        }
        let options = &self.manager.options_with_argument;
        self.manager.clusters
            && flag.len() == 2
            && cluster(option).any(|(letter, _)| flag.ends_with(letter))
            && !before_in_cluster(option, flag).any(|letter| contains_short(options, letter))
    }
}

/// A word behind the program.
enum Argument<'w> {
    Option(&'w str),
    Operand(&'w str),
}

/// The known text of a word; `None` if there is no such word, or no such text.
fn text<W: AsRef<str>>(words: &[Option<W>], at: usize) -> Option<&str> {
    words.get(at)?.as_ref().map(AsRef::as_ref)
}

/// Whether a command that begins with this word can be one of the tables'.
fn known(word: &str) -> bool {
    !wrappers_by(word).is_empty() || !managers_by(word).is_empty()
}

/// Whether the words are those that open a call; programs among them by any path and version.
fn begins_with<W: AsRef<str>>(words: &[Option<W>], opening: &[&str]) -> bool {
    words.len() >= opening.len()
        && opening.iter().zip(words).all(|(wanted, word)| {
            word.as_ref()
                .is_some_and(|word| program_names(word.as_ref()).any(|name| name == *wanted))
        })
}

/// Where the wrapped program begins.
fn behind_wrapper<W: AsRef<str>>(words: &[Option<W>], from: usize, wrapper: &Wrapper) -> usize {
    let mut at = from;
    while let Some(word) = text(words, at) {
        if word == "--" {
            at += 1;
            break;
        } else if word.len() > 1 && word.starts_with('-') {
            at += 1 + usize::from(takes_argument(word, &wrapper.options_with_argument, true));
        } else if wrapper.assignments && is_assignment(word) {
            at += 1;
        } else {
            break;
        }
    }
    // The operand may be unknown: `timeout $LIMIT apt-get update`.
    at + wrapper.operands
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

/// Whether the argument of an option is the next word.
fn takes_argument(option: &str, with_argument: &[String], clusters: bool) -> bool {
    if with_argument.iter().any(|known| known == option) {
        return true;
    }
    // In a cluster the first letter that takes an argument takes the rest, or, at the end, the next word.
    clusters
        && cluster(option)
            .find(|(letter, _)| contains_short(with_argument, *letter))
            .is_some_and(|(_, last)| last)
}

/// The letters of `-qyo`, each with whether it is the last; none for `--long` and `-o=value`.
fn cluster(option: &str) -> impl Iterator<Item = (char, bool)> {
    let letters = option.strip_prefix('-').filter(|rest| !rest.starts_with('-')).unwrap_or("");
    letters
        .char_indices()
        .map(|(at, letter)| (letter, at + letter.len_utf8() == letters.len()))
        .take_while(|(letter, _)| letter.is_ascii_alphabetic())
}

/// The letters of a cluster in front of the one that `flag` is.
fn before_in_cluster(option: &str, flag: &str) -> impl Iterator<Item = char> {
    cluster(option).map(|(letter, _)| letter).take_while(move |letter| !flag.ends_with(*letter))
}

fn contains_short(options: &[String], letter: char) -> bool {
    options
        .iter()
        .any(|known| known.len() == 2 && known.starts_with('-') && known.ends_with(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Leftover;

    /// A line of words; one that begins with `$` is not known.
    fn words(line: &str) -> Vec<Option<String>> {
        line.split_whitespace().map(|w| (!w.starts_with('$')).then(|| w.to_string())).collect()
    }

    /// The leftovers that a line leaves: name, verb and the word behind which a flag goes.
    fn leaves(line: &str) -> Vec<(&'static str, &'static str, String)> {
        let words = words(line);
        let Some(call) = package_call(&words) else { return Vec::new() };
        let found = |leftover: &'static Leftover| {
            let verb = call.matches(&leftover.filled_by)?;
            let last = words[verb.last_word].clone().unwrap();
            Some((leftover.name.as_str(), verb.verb, last))
        };
        call.manager.leftovers.iter().filter_map(found).collect()
    }

    fn manager(line: &str) -> Option<&'static str> {
        package_call(&words(line)).map(|call| call.manager.name.as_str())
    }

    #[test]
    fn the_manager_is_found_by_any_spelling_of_its_program() {
        for (line, name) in [
            ("apt-get install -y curl", "apt"),
            ("/usr/bin/apt-get update", "apt"),
            ("pip3.11 install x", "pip"),
            ("/opt/venv/bin/pip install x", "pip"),
            ("python -m pip install x", "pip"),
            ("/env/bin/python3.8 -m pip install x", "pip"),
            ("./mvnw package", "maven"),
            ("./gradlew build --no-daemon", "gradle"),
            ("php composer.phar install", "composer"),
            ("php7.4 /usr/local/bin/composer install", "composer"),
            ("install2.r --error tidyverse", "littler"),
            ("gem2.5 install rake", "gem"),
            ("micromamba install -y -n base numpy", "mamba"),
        ] {
            assert_eq!(manager(line), Some(name), "{line}");
        }
        for line in [
            "",
            "echo apt-get install",
            "python manage.py install",
            "python -m venv /env",
            "php -v",
            "$CMD",
            "apt-key add x",
        ] {
            assert_eq!(manager(line), None, "{line}");
        }
    }

    #[test]
    fn wrappers_are_taken_off() {
        for (line, wrappers) in [
            ("sudo apt-get update", 1),
            ("sudo -E -u root DEBIAN_FRONTEND=noninteractive apt-get install -y curl", 1),
            ("sudo -Hu app pip install x", 1),
            ("env LANG=C DEBIAN_FRONTEND=noninteractive apt-get install -y x", 1),
            ("time nice -n 10 apt-get update", 2),
            ("xargs -rt -n 1 apt-get install -y", 1),
            ("timeout $LIMIT apt-get update", 1),
            ("conda run -n tools pip install x", 1),
            ("poetry run pip install x", 1),
            ("gosu app npm install", 1),
            ("exec -a x apt-get update", 1),
            ("pyenv exec python3.6 -m pip install x", 1),
        ] {
            let words = words(line);
            let call = package_call(&words).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(call.wrappers.len(), wrappers, "{line}");
            assert!(!call.behind_unknown, "{line}");
        }
        assert_eq!(manager("conda install x"), Some("conda"));
        assert_eq!(manager("poetry install"), Some("poetry"));
        assert_eq!(manager("sudo chown apt-get /x"), None);
        assert_eq!(manager("env"), None);
    }

    #[test]
    fn the_argument_of_an_option_is_no_verb() {
        for line in [
            "apt-get -y -o Dpkg::Options::=--force-confold install curl",
            "apt-get -yqo Dpkg::Options::=--force-confold -t update install curl",
            "apt-get -t jessie-backports install --update-not-this curl",
            "apt -qq install curl",
        ] {
            assert!(leaves(line).is_empty(), "{line}");
        }
        let last = |line: &str| leaves(line).first().map(|found| found.2.clone());
        assert_eq!(last("npm --prefix install ci").as_deref(), Some("ci"));
        assert_eq!(
            last("pip -q --proxy install install -r requirements.txt").as_deref(),
            Some("install")
        );
        assert_eq!(last("apk -X http://x/edge add bash").as_deref(), Some("add"));
        assert_eq!(last("yum -y --enablerepo epel install zsh").as_deref(), Some("install"));
        assert_eq!(last("go -C dir build ./...").as_deref(), Some("build"));
        assert!(leaves("apt-get install -o update x").is_empty());
        assert!(leaves("npm --prefix install").is_empty());
    }

    #[test]
    fn verbs_of_several_words_and_none() {
        let verb = |line: &str| leaves(line).first().map(|found| (found.1, found.2.clone()));
        assert_eq!(
            verb("uv --quiet pip --quiet install x"),
            Some(("pip install", "install".into()))
        );
        assert_eq!(verb("uv sync --frozen"), Some(("sync", "sync".into())));
        assert_eq!(verb("yarn"), Some(("", "yarn".into())));
        assert_eq!(verb("yarn --cwd client"), Some(("", "yarn".into())));
        assert_eq!(verb("yarn global add serve"), Some(("global add", "add".into())));
        assert_eq!(verb("yarn build"), None);
        assert_eq!(verb("yarn --version"), None);
        assert_eq!(
            verb("pacman --noconfirm -Syu --needed base-devel"),
            Some(("-Syu", "-Syu".into()))
        );
        assert_eq!(verb("pacman -Rns x"), None);
        assert_eq!(
            verb("mvn -B -f a/pom.xml -DskipTests clean package"),
            Some(("*", "clean".into()))
        );
        assert_eq!(verb("mvn --version"), None);
        assert_eq!(verb("python3 -m pip install -U pip"), Some(("install", "install".into())));
        assert_eq!(verb("apt-get"), None);
        assert_eq!(verb("bundle"), Some(("", "bundle".into())));
    }

    #[test]
    fn a_flag_counts_alone_with_a_value_and_in_a_cluster() {
        let has = |line: &str, flag: &str| {
            package_call(&words(line)).unwrap().has_any(&[flag.to_string()])
        };
        assert!(has("pip install --no-cache-dir x", "--no-cache-dir"));
        assert!(has("pip --no-cache-dir install x", "--no-cache-dir"));
        assert!(!has("pip install --log --no-cache-dir x", "--no-cache-dir"));
        assert!(!has("pip install -- --no-cache-dir", "--no-cache-dir"));
        assert!(has("conda clean -tipsy", "-t"));
        assert!(has("apk -Uuv add x", "-U"));
        assert!(!has("apk add --Update x", "-U"));
        assert!(!has("apt-get -oU=1 update", "-U"), "the letters behind -o are its argument");
        assert!(has("yum --setopt=cachedir=/x install y", "--setopt=cachedir"));
        assert!(has("mvn -Dmaven.repo.local=/x package", "-Dmaven.repo.local"));
    }

    #[test]
    fn managers_of_node_leave_out_what_is_for_development() {
        let leaves_out = |line: &str| package_call(&words(line)).unwrap().leaves_development_out();
        for line in [
            "npm ci --omit=dev",
            "npm install --omit dev",
            "npm prune --production",
            "yarn --production",
            "pnpm install --prod",
        ] {
            assert!(leaves_out(line), "{line}");
        }
        for line in [
            "npm ci",
            "npm prune",
            "npm install --omit optional",
            "npm run build -- --prod",
            "yarn build --prod",
            "npm --production run build",
        ] {
            assert!(!leaves_out(line), "{line}");
        }
    }

    #[test]
    fn flags_decide_what_a_call_leaves() {
        assert!(leaves("apk add --no-cache bash").is_empty());
        assert!(leaves("apk --no-cache add bash").is_empty());
        assert_eq!(leaves("apk add --update bash").len(), 1);
        assert!(leaves("pip install --no-cache x").is_empty());
        assert_eq!(leaves("apt-get --update install x")[0].1, "install");
        assert_eq!(leaves("yarn install --pure-lockfile").len(), 2);
        assert_eq!(leaves("yarn install --frozen-lockfile").len(), 1);
        assert!(leaves("gradle build").is_empty(), "its daemon may still write");
    }

    #[test]
    fn unknown_words_make_a_match_uncertain() {
        let certain = |line: &str| {
            let words = words(line);
            let call = package_call(&words).unwrap();
            let rules = &call.manager.leftovers[0].filled_by;
            call.matches(rules).map(|found| found.certain)
        };
        assert_eq!(certain("pip install $PACKAGES"), Some(true));
        assert_eq!(certain("pip $OPTIONS install x"), Some(false));
        assert_eq!(certain("$SUDO apt-get update"), Some(false));
        assert_eq!(certain("pip $VERB x"), None);
        assert!(package_call(&words("$SUDO rm -rf x")).is_none());
        assert!(package_call(&words("$A $B apt-get update")).unwrap().behind_unknown);
    }
}
