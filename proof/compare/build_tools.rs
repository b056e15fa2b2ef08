//! Tools that go when the build is over: compilers that a call removes behind what needed them.
//!
//! The passes have tables of their own; these lists were written a second time from the package indexes of Debian and
//! Alpine. Sources: apt-mark(8), apt-get(8), "autoremove"; apk(8), "del"; the Dockerfiles of the official image library.

mod headers;
mod left_out;
mod quiet;
mod users;

use dockslim_contract::Difference;
use dockslim_syntax::Span;

use super::caches::{bare, manager};
use super::words::describe;
use super::{Comparison, Refusal};
use crate::program::{Action, Call, Demand, Step, Text, visit};
use crate::shell::{Command, plain};
use crate::verdict::Gap;

/// A package that only builds, and what came with it to which its work may be linked.
struct Tool {
    name: &'static str,
    apt: Option<&'static [&'static str]>,
    apk: Option<&'static [&'static str]>,
    /// Its programs, and those that come along.
    programs: &'static [&'static str],
}

const BINUTILS: &[&str] = &[
    "gcc", "cc", "g++", "c++", "cpp", "ld", "as", "ar", "ranlib", "nm", "objdump", "objcopy",
    "readelf", "strings", "strip",
];
/// Its own programs, and those of procps, which it needs on Debian.
pub(super) const OF_CMAKE: &[&str] = &[
    "cmake", "ctest", "cpack", "free", "pgrep", "pkill", "ps", "top", "uptime", "vmstat", "watch",
];
const GCC: &[&str] = &["libatomic1", "libgomp1"];
const GCC_OF_ALPINE: &[&str] = &["libatomic", "libgcc", "libgomp"];
const GPP_OF_ALPINE: &[&str] = &["libatomic", "libgcc", "libgomp", "libstdc++"];
const NONE: Option<&[&str]> = Some(&[]);

const fn tool(
    name: &'static str,
    apt: Option<&'static [&'static str]>,
    apk: Option<&'static [&'static str]>,
    programs: &'static [&'static str],
) -> Tool {
    Tool { name, apt, apk, programs }
}

const TOOLS: &[Tool] = &[
    tool("build-essential", Some(GCC), None, BINUTILS),
    tool("build-base", None, Some(GPP_OF_ALPINE), BINUTILS),
    tool("gcc", Some(GCC), Some(GCC_OF_ALPINE), BINUTILS),
    tool("g++", Some(GCC), Some(GPP_OF_ALPINE), BINUTILS),
    tool("cpp", Some(GCC), None, BINUTILS),
    tool("gfortran", None, Some(&["libatomic", "libgcc", "libgomp", "libgfortran"]), BINUTILS),
    tool("make", NONE, NONE, &["make"]),
    tool("cmake", NONE, NONE, OF_CMAKE),
    tool("ninja-build", NONE, None, &["ninja"]),
    tool("ninja", None, NONE, &["ninja"]),
    tool("samurai", None, NONE, &["samu", "ninja"]),
    tool("autoconf", NONE, NONE, &["autoconf", "autoreconf", "m4", "perl"]),
    tool("automake", NONE, NONE, &["automake", "aclocal", "perl"]),
    tool("autotools-dev", NONE, None, &[]),
    tool("bison", NONE, NONE, &["bison", "yacc"]),
    tool("m4", NONE, NONE, &["m4"]),
    tool("nasm", NONE, NONE, &["nasm"]),
    tool("yasm", NONE, NONE, &["yasm"]),
    tool("swig", NONE, NONE, &["swig"]),
    tool("pkg-config", NONE, None, &["pkg-config"]),
    tool("pkgconf", NONE, NONE, &["pkg-config", "pkgconf"]),
    tool("pkgconfig", None, NONE, &["pkg-config"]),
    tool("libtool", Some(&["libltdl7"]), None, &["libtool", "libtoolize"]),
    tool("libtool-bin", Some(&["libltdl7"]), None, &["libtool", "libtoolize"]),
    tool("cargo", NONE, Some(&["libgcc"]), &["cargo", "rustc", "gcc", "cc"]),
    tool("rustc", NONE, None, &["rustc", "gcc", "cc"]),
    tool("rust", None, Some(&["libgcc"]), &["cargo", "rustc", "gcc", "cc"]),
    tool("libc6-dev", NONE, None, &["rpcgen"]),
    tool("libc-dev-bin", NONE, None, &["rpcgen"]),
    tool("linux-libc-dev", NONE, None, &[]),
    tool("musl-dev", None, NONE, &[]),
    tool("libc-dev", None, NONE, &[]),
    tool("linux-headers", None, NONE, &[]),
];

/// Tools that are removed.
pub(super) struct Drop<'b, 't> {
    stage: usize,
    step: &'b Step<'t>,
    tools: Vec<&'static Tool>,
}

impl<'b, 't> Comparison<'b, 't> {
    /// Whether the step `at` of the new file's `steps` removes tools that only the build needed. It is noted, if so;
    /// who needs them later is asked at the end.
    pub(super) fn drops_tools(&mut self, steps: &'b [Step<'t>], at: usize) -> bool {
        let step = &steps[at];
        let Some(call) = self.plain_call(step) else { return false };
        let is_sweep = |call: &Call<'_>| call.words == ["apt-get", "autoremove", "-y", "--purge"];
        if is_sweep(call) {
            let before = at.checked_sub(1).map(|before| &steps[before]);
            return self
                .drops
                .last()
                .is_some_and(|drop| before.is_some_and(|before| std::ptr::eq(drop.step, before)));
        }
        let (package_manager, names) = match call.words.as_slice() {
            [program, verb, names @ ..] if *program == "apk" && *verb == "del" => ("apk", names),
            [program, verb, names @ ..] if *program == "apt-mark" && *verb == "auto" => {
                let next = steps.get(at + 1).and_then(|next| self.plain_call(next));
                if !next.is_some_and(is_sweep) {
                    return false;
                }
                ("apt", names)
            }
            _ => return false,
        };
        let tools: Option<Vec<&'static Tool>> =
            names.iter().map(|name| tool_named(package_manager, plain(name)?)).collect();
        let Some(tools) = tools.filter(|tools| !tools.is_empty()) else { return false };
        if !self.by_root(call) || !self.came_here(package_manager, names, &tools) {
            return false;
        }
        let names: Vec<&str> = names.iter().map(|name| &**name).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        let message = format!("{} {verb} removed again behind the build", names.join(", "));
        self.accept(Difference::BuildTools, None, step.at, message);
        self.drops.push(Drop { stage: self.stage, step, tools });
        true
    }

    /// The call of a step that has to succeed, with nothing around it.
    fn plain_call(&self, step: &'b Step<'t>) -> Option<&'b Call<'t>> {
        let Action::Call(call) = &step.action else { return None };
        let plain = step.demand == Demand::Must
            && self.no_removals == 0
            && call.assignments.is_empty()
            && call.redirects.is_empty()
            && call.inner.is_empty();
        plain.then_some(call)
    }

    /// Whether one call that has succeeded brought the tools, nothing else in the stage may have, and the stage has removed
    /// no package.
    fn came_here(&self, program: &str, names: &[Text<'t>], tools: &[&'static Tool]) -> bool {
        let bare_image = is_bare(program, self.stage_image());
        let mut installs = self.certain.iter().filter(|call| {
            let listed = listed(call, program);
            names.iter().all(|name| listed.iter().any(|known| known.as_deref() == Some(name)))
        });
        let Some(own) = installs.next() else { return false };
        let mut named: Vec<String> = Vec::new();
        let mut others = installs.next().is_some();
        let mut number = Some(self.stage);
        while let Some(stage) = number {
            visit(&self.after.stages[stage].steps, &mut |step| {
                let Action::Call(call) = &step.action else {
                    others |= matches!(&step.action, Action::Opaque(..) | Action::Exec(..));
                    return;
                };
                let behind = stage == self.stage && step.at.start > self.span_of_last(names);
                if behind {
                    return;
                }
                let listed = listed(call, program);
                named.extend(listed.iter().flatten().map(|name| (*name).to_owned()));
                if std::ptr::eq(call, *own) {
                    // A variable may stand for packages that keep the tools, or are some.
                    others |= listed.iter().any(Option::is_none);
                    return;
                }
                others |= listed.iter().any(|name| {
                    name.as_deref().is_none_or(|name| {
                        tool_named(program, name).is_some() || brings_compilers(name)
                    })
                });
                others |= Command::of(&call.words).all().any(|one| changes_packages(one, names));
            });
            number = self.after.stages[stage].parent;
        }
        let kept = tools.iter().flat_map(|tool| tool.run_time(program));
        let mut in_perl = false;
        visit(&self.after.stages[self.stage].steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                let command = Command::of(&call.words);
                in_perl |=
                    command.all().any(|one| matches!(one.program(), "perl" | "cpan" | "cpanm"));
            }
        });
        // perl comes along with apt's tools, and goes with them unless somebody has named it.
        if in_perl && !named.iter().any(|name| name == "perl") {
            return false;
        }
        let all_named = kept.into_iter().all(|library| named.iter().any(|name| name == library));
        bare_image && !others && all_named
    }

    /// Where the removal of these tools begins in the new file.
    fn span_of_last(&self, names: &[Text<'t>]) -> usize {
        let mut at = usize::MAX;
        visit(&self.after.stages[self.stage].steps, &mut |step| {
            if let Action::Call(call) = &step.action
                && call.words.get(2..) == Some(names)
            {
                at = step.at.start.saturating_sub(1);
            }
        });
        at
    }

    /// Whether an install is another one that names libraries to which something may be linked that is built later,
    /// in words.
    pub(super) fn names_libraries(&self, one: &Call<'t>, two: &Call<'t>) -> Option<String> {
        let command = Command::of(&two.words);
        let (program, from) = manager(&command)?;
        let (program, verb) = match &*program {
            "apt-get" | "apt" => ("apt", "install"),
            "apk" => ("apk", "add"),
            _ => return None,
        };
        let verb = command.words[from..].iter().position(|word| word.as_deref() == Some(verb))?;
        let verb = two.words.len() - command.words.len() + from + verb;
        let mut rest = one.words.iter().peekable();
        let mut added: Vec<&str> = Vec::new();
        for (at, word) in two.words.iter().enumerate() {
            if rest.peek() == Some(&word) {
                rest.next();
                continue;
            }
            if at <= verb {
                return None;
            }
            let library = plain(word)?;
            let known = TOOLS.iter().any(|tool| tool.run_time(program).contains(&library));
            // Behind an option it could be the argument.
            if !known || two.words[at - 1].starts_with(['-', '\u{2}', '\u{3}']) {
                return None;
            }
            added.push(library);
        }
        let installs_tools =
            listed(one, program).iter().flatten().any(|name| tool_named(program, name).is_some());
        (rest.next().is_none() && !added.is_empty() && installs_tools).then(|| {
            format!("the install names {}, to which its users may be linked", added.join(", "))
        })
    }

    /// Asks who needs the tools that are gone, and whether each library was named for such a removal.
    pub(super) fn nobody_needs_the_tools(&self) -> Result<(), Refusal> {
        for drop in &self.drops {
            self.used_behind(drop)?;
        }
        for (stage, at) in &self.named_libraries {
            if !self.drops.iter().any(|drop| drop.stage == *stage && drop.step.at.start > at.start)
            {
                let message = "the install names packages that nobody asked for".to_owned();
                let gap = Gap { before: None, after: Some(*at), message };
                return Err(Refusal { gap, unknown: false });
            }
        }
        Ok(())
    }

    /// Notes that an install names libraries.
    pub(super) fn libraries_were_named(&mut self, at: Span) {
        self.named_libraries.push((self.stage, at));
    }
}

impl Tool {
    fn run_time(&self, program: &str) -> &'static [&'static str] {
        let of = if program == "apk" { self.apk } else { self.apt };
        of.unwrap_or_default()
    }
}

/// The tool of this name; `gcc-12` is gcc.
fn tool_named(program: &str, name: &str) -> Option<&'static Tool> {
    let versioned = program == "apt" && (name.starts_with("gcc-") || name.starts_with("g++-"));
    let name = if versioned { bare(name) } else { name };
    TOOLS.iter().find(|tool| {
        tool.name == name && if program == "apk" { tool.apk } else { tool.apt }.is_some()
    })
}

/// The packages that a call installs; `None` for a word that is not known, no words at all for another call. Versions are
/// left out.
fn listed<'c>(call: &'c Call<'_>, program: &str) -> Vec<Option<&'c str>> {
    let first = call.words.first().map_or("", |word| &**word);
    let (own, verbs): (&[&str], &[&str]) = match program {
        "apk" => (&["apk"], &["add"]),
        _ => (&["apt-get", "apt", "aptitude", "sudo"], &["install", "reinstall"]),
    };
    let verb = call.words.iter().position(|word| verbs.contains(&&**word));
    let (true, Some(verb)) = (own.contains(&first), verb) else { return Vec::new() };
    let cut = |word: &'c str| {
        let end = word.find(['=', '~', '/', ':', '@', '<', '>']).unwrap_or(word.len());
        &word[..end]
    };
    let words = call.words[verb + 1..].iter().filter(|word| !word.starts_with('-'));
    words
        .map(|word| {
            // A version may be open, but not what it is the version of.
            let name = cut(word);
            (!name.bytes().any(|byte| byte < b'\t') && !name.is_empty()).then_some(name)
        })
        .collect()
}

/// Whether a package depends on a compiler, or recommends one.
fn brings_compilers(name: &str) -> bool {
    const STARTS: &[&str] = &[
        "gfortran",
        "r-base",
        "ghc",
        "golang",
        "go",
        "ocaml",
        "clang",
        "php",
        "erlang",
        "cuda-",
        "nvidia-cuda",
        "cython",
        "mingw",
        "crossbuild",
        "gnat",
        "gcc",
        "g++",
        "linux-headers",
    ];
    const NAMES: &[&str] = &[
        "python3-pip",
        "python-pip",
        "npm",
        "node-gyp",
        "flex",
        "littler",
        "opam",
        "crystal",
        "dkms",
        "debhelper",
        "devscripts",
        "dpkg-dev",
        "valac",
        "mpich",
        "libopenmpi-dev",
        "mpi-default-dev",
        "libboost-all-dev",
        "ruby-full",
        "alpine-sdk",
        "abuild",
        "R",
        "R-dev",
    ];
    NAMES.contains(&name) || STARTS.iter().any(|start| name.starts_with(start))
}

/// Whether a command removes packages, marks them, or replaces them by newer ones; the removal of these names is the one
/// that is asked about.
fn changes_packages(command: &Command<'_>, names: &[Text<'_>]) -> bool {
    let Some((program, from)) = manager(command) else { return false };
    let words: Vec<&str> = command.words[from..].iter().flatten().map(|word| &**word).collect();
    let has = |verbs: &[&str]| words.iter().any(|word| verbs.contains(word));
    match &*program {
        "apt-mark" => !(words.first() == Some(&"auto") && words[1..] == *names),
        "apk" => {
            let own = words.first() == Some(&"del") && words[1..] == *names;
            (has(&["del"]) && !own) || has(&["-t", "--virtual"])
        }
        "apt-get" | "apt" | "aptitude" => has(&[
            "remove",
            "purge",
            "autoremove",
            "auto-remove",
            "autopurge",
            "upgrade",
            "dist-upgrade",
            "full-upgrade",
            "safe-upgrade",
            "build-dep",
            "satisfy",
            "dselect-upgrade",
        ]),
        "dpkg" | "deborphan" | "dselect" | "gdebi" => true,
        _ => false,
    }
}

/// Whether an image is known to hold no compiler, and nothing that waits to be removed.
fn is_bare(program: &str, image: &str) -> bool {
    let image = image.split('@').next().unwrap_or(image);
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    if tag.contains("onbuild") || tag.contains("windows") || tag.contains("wheezy") {
        return false;
    }
    let starts = |list: &[&str]| list.iter().any(|start| tag.starts_with(start));
    match (program, name) {
        ("apk", "alpine") => tag == "latest" || tag == "edge" || tag.starts_with('3'),
        ("apk", "python" | "node" | "ruby" | "php" | "golang" | "openjdk" | "nginx") => {
            tag.contains("alpine")
        }
        ("apt", "debian") => starts(&[
            "latest", "stable", "9", "10", "11", "12", "13", "stretch", "buster", "bullseye",
            "bookworm", "trixie",
        ]),
        ("apt", "ubuntu") => {
            starts(&["latest", "16.", "18.", "2", "xenial", "bionic", "focal", "jammy", "noble"])
        }
        ("apt", "python" | "node" | "ruby" | "openjdk" | "perl") => tag.contains("slim"),
        _ => false,
    }
}
