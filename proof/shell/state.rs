//! What a command can see of its shell and of the sandbox that its RUN is given.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

/// A state, by its number in the table of both files: equal states have equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct StateNumber(u32);

/// What every command of a RUN finds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Surroundings {
    /// The shell and its options, as SHELL lists them.
    pub(crate) shell: Vec<String>,
    /// Whether the file says so; a base image may have a SHELL of its own.
    pub(crate) declared: bool,
    /// What has put another program in the place of the shell.
    pub(crate) interpreter: Option<String>,
    /// What has run before, if the shell reads start-up files that may have been changed.
    pub(crate) startup: Option<u64>,
    /// USER, empty while the base image decides.
    pub(crate) user: String,
    /// WORKDIR.
    pub(crate) directory: String,
    /// ENV and ARG, in the normal form of values.
    pub(crate) environment: Arc<BTreeMap<String, String>>,
    /// The flags: mounts, network, security.
    pub(crate) flags: Vec<String>,
}

/// What a command can see beyond the file system.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Seen {
    pub(crate) surroundings: Arc<Surroundings>,
    /// The current directory.
    pub(crate) directory: Arc<str>,
    /// Variables that the script has set or unset, `=value` or empty.
    pub(crate) variables: Arc<BTreeMap<String, String>>,
    /// The options of the shell but for errexit, which stands in the steps themselves.
    pub(crate) options: Arc<BTreeSet<String>>,
    /// Functions, aliases, traps, umask, limits, positional parameters.
    pub(crate) settings: Arc<BTreeMap<String, String>>,
    /// Redirections of the shell itself, and of the groups around the command.
    pub(crate) redirects: Arc<Vec<String>>,
    /// `$?`: empty for 0.
    pub(crate) status: u64,
    /// What has happened to the shell that cannot be followed.
    pub(crate) taint: Arc<Vec<String>>,
    /// What of the sandbox ends with its RUN: jobs, services, files that are made anew.
    pub(crate) sandbox: Arc<Vec<String>>,
}

/// When a failing command stops the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Errexit {
    Off,
    On,
    /// It depends on what ran before.
    Unsure,
}

impl Errexit {
    /// In a substitution of a command for which errexit is off (`immune`): it is off there in bash, too, and is not in dash.
    pub(super) fn in_substitution(self, immune: bool) -> Self {
        if immune && self == Errexit::On { Errexit::Unsure } else { self }
    }
}

/// A shell at one place of a script.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) seen: Seen,
    pub(crate) errexit: Errexit,
    /// Where the shell was before it was here (`cd -`).
    pub(crate) previous: Arc<str>,
    /// No way leads here.
    pub(crate) dead: bool,
    /// The programs whose place the shell remembers.
    pub(crate) called: Arc<BTreeSet<String>>,
    /// Those of them that may have been replaced since.
    pub(crate) replaced: Arc<BTreeSet<String>>,
}

impl State {
    /// The shell that a RUN starts.
    pub(crate) fn fresh(surroundings: Arc<Surroundings>) -> Self {
        let options = start_options(&surroundings.shell);
        let errexit = if options.contains("errexit") { Errexit::On } else { Errexit::Off };
        let options = options.into_iter().filter(|option| option != "errexit").collect();
        let directory = Arc::from(surroundings.directory.as_str());
        Self {
            seen: Seen {
                surroundings,
                directory,
                variables: Arc::default(),
                options: Arc::new(options),
                settings: Arc::default(),
                redirects: Arc::default(),
                status: 0,
                taint: Arc::default(),
                sandbox: Arc::default(),
            },
            errexit,
            previous: Arc::from("<where it came from>"),
            dead: false,
            called: Arc::default(),
            replaced: Arc::default(),
        }
    }

    /// Notes that something has happened which cannot be followed.
    pub(crate) fn taint(&mut self, by: String) {
        Arc::make_mut(&mut self.seen.taint).push(by);
    }

    /// Notes something that ends with its RUN.
    pub(crate) fn leave_in_sandbox(&mut self, what: String) {
        let sandbox = Arc::make_mut(&mut self.seen.sandbox);
        if !sandbox.contains(&what) {
            sandbox.push(what);
        }
    }

    /// Follows a child of this shell that has ended: only the sandbox keeps what it did.
    pub(crate) fn outlive(&mut self, child: &State) {
        self.seen.sandbox = child.seen.sandbox.clone();
        if !child.replaced.is_empty() {
            let mine = child.replaced.intersection(&self.called).cloned();
            Arc::make_mut(&mut self.replaced).extend(mine);
        }
    }

    /// The state where two ways meet. What is not the same on both is marked as a choice between the two. What
    /// decides is a step before, and steps are compared one by one.
    pub(crate) fn meet(self, other: State) -> State {
        match (self.dead, other.dead) {
            (true, false) => return other,
            (_, true) => return self,
            _ => {}
        }
        let mut met = self;
        if met.seen != other.seen {
            met.seen.choose(&other.seen);
        }
        if met.errexit != other.errexit {
            met.errexit = Errexit::Unsure;
        }
        if met.previous != other.previous {
            met.previous = Arc::from(choice(&(&met.previous, &other.previous)));
        }
        if met.called != other.called {
            Arc::make_mut(&mut met.called).extend(other.called.iter().cloned());
        }
        if met.replaced != other.replaced {
            Arc::make_mut(&mut met.replaced).extend(other.replaced.iter().cloned());
        }
        met
    }
}

impl Seen {
    /// Marks what is not the same in both.
    fn choose(&mut self, other: &Seen) {
        if self.directory != other.directory {
            self.directory = Arc::from(choice(&(&self.directory, &other.directory)));
        }
        if self.variables != other.variables {
            choose_between(&mut self.variables, &other.variables);
        }
        if self.settings != other.settings {
            choose_between(&mut self.settings, &other.settings);
        }
        if self.options != other.options {
            let mark = choice(&(&self.options, &other.options));
            Arc::make_mut(&mut self.options).insert(mark);
        }
        if self.redirects != other.redirects {
            let mark = choice(&(&self.redirects, &other.redirects));
            Arc::make_mut(&mut self.redirects).push(mark);
        }
        if self.status != other.status {
            self.status = hash_of(&(self.status, other.status));
        }
        for (mine, its) in [(&mut self.taint, &other.taint), (&mut self.sandbox, &other.sandbox)] {
            if mine != its {
                let mine = Arc::make_mut(mine);
                let new: Vec<String> =
                    its.iter().filter(|it| !mine.contains(it)).cloned().collect();
                mine.extend(new);
            }
        }
    }
}

/// The mark of a choice between two things.
fn choice(between: &impl Hash) -> String {
    format!("?{:x}", hash_of(between))
}

fn choose_between(mine: &mut Arc<BTreeMap<String, String>>, its: &BTreeMap<String, String>) {
    let mut both = mine.as_ref().clone();
    for name in its.keys().chain(mine.keys()) {
        let (one, two) = (mine.get(name), its.get(name));
        if one != two {
            both.insert(name.clone(), choice(&(one, two)));
        }
    }
    *mine = Arc::new(both);
}

/// A number for anything.
pub(crate) fn hash_of(thing: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    thing.hash(&mut hasher);
    hasher.finish()
}

/// The options that SHELL starts its shell with, by their long names (`set` in POSIX and bash).
pub(crate) fn start_options(shell: &[String]) -> BTreeSet<String> {
    let mut options = BTreeSet::new();
    let mut words = shell.iter().skip(1);
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-').filter(|word| !word.starts_with('-')) else {
            continue;
        };
        for letter in letters.chars().filter(|letter| *letter != 'c') {
            match letter {
                'o' => options.extend(words.next().cloned()),
                _ => {
                    options.insert(long_option(letter));
                }
            }
        }
    }
    options
}

/// The long name of an option of `set`.
pub(crate) fn long_option(letter: char) -> String {
    let name = match letter {
        'a' => "allexport",
        'b' => "notify",
        'C' => "noclobber",
        'e' => "errexit",
        'E' => "errtrace",
        'f' => "noglob",
        'h' => "hashall",
        'm' => "monitor",
        'n' => "noexec",
        'u' => "nounset",
        'v' => "verbose",
        'x' => "xtrace",
        other => return other.to_string(),
    };
    name.to_owned()
}

/// All states of the files that are compared, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct States {
    known: Vec<Arc<Seen>>,
    numbers: FxHashMap<Arc<Seen>, StateNumber>,
}

impl States {
    /// The number of a state.
    pub(crate) fn number(&mut self, seen: &Seen) -> StateNumber {
        if let Some(last) = self.known.last()
            && **last == *seen
        {
            return StateNumber(self.known.len() as u32 - 1);
        }
        if let Some(number) = self.numbers.get(seen) {
            return *number;
        }
        let number = StateNumber(self.known.len() as u32);
        let seen = Arc::new(seen.clone());
        self.known.push(seen.clone());
        self.numbers.insert(seen, number);
        number
    }

    /// The state of this number.
    pub(crate) fn seen(&self, number: StateNumber) -> &Seen {
        &self.known[number.0 as usize]
    }
}
