//! What package managers leave behind, who reads it, and what takes it away.
//!
//! The passes have a larger table of their own. This one was written from the manuals a second time, on purpose:
//! where the two do not agree, no rewrite is shown.

use std::borrow::Cow;

use dockslim_contract::BuildContext;

use crate::shell::Command;

/// Something that package managers leave behind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cache {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// The package managers that fill it.
    pub(super) programs: &'static [&'static str],
    /// Its places; `~` is the home of the user.
    pub(super) places: &'static [&'static str],
    /// Calls of these programs that empty it, and that do not fail where the program is there.
    pub(super) emptied_by: &'static [&'static str],
    /// Verbs of these programs that read it.
    pub(super) read_by: &'static [&'static str],
    /// Verbs of these programs that fill it anew, whatever was there.
    pub(super) made_by: &'static [&'static str],
    /// Other programs that read it.
    pub(super) readers: &'static [&'static str],
}

/// What a cache is worth to somebody later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing: it is downloaded again.
    Cache,
    /// An install relies on it, unless it is fetched before.
    Index,
    /// Programs build and run from it.
    Store,
}

const OFFLINE: &[&str] = &[
    "--offline",
    "--prefer-offline",
    "--immutable-cache",
    "--cache-only",
    "--no-network",
    "--local",
    "--prefer-local",
];

/// Flags by which a call relies on what was fetched before.
pub(super) fn is_offline(command: &Command<'_>) -> bool {
    command.has(OFFLINE)
}

pub(super) const CACHES: &[Cache] = &[
    // apt-get(8), sources.list(5).
    Cache {
        name: "apt lists",
        kind: Kind::Index,
        programs: &["apt-get", "apt", "aptitude"],
        places: &["/var/lib/apt/lists"],
        emptied_by: &["distclean", "dist-clean"],
        read_by: &[
            "install",
            "reinstall",
            "upgrade",
            "dist-upgrade",
            "full-upgrade",
            "safe-upgrade",
            "dselect-upgrade",
            "build-dep",
            "satisfy",
            "source",
            "download",
            "search",
            "show",
            "policy",
            "list",
            "changelog",
            "check",
            "depends",
            "rdepends",
            "madison",
            "build-depends",
        ],
        made_by: &["update"],
        readers: &[
            "apt-cache",
            "apt-file",
            "apt-fast",
            "nala",
            "gdebi",
            "mk-build-deps",
            "tasksel",
            "rosdep",
            "unattended-upgrade",
            "wajig",
            "ubuntu-drivers",
            "ansible-playbook",
            "puppet",
            "chef-client",
            "chef-solo",
            "salt-call",
            "opam",
            "synaptic",
            "deb-get",
        ],
    },
    // apt-get(8): clean.
    Cache {
        name: "apt archives",
        kind: Kind::Cache,
        programs: &["apt-get", "apt", "aptitude"],
        places: &["/var/cache/apt/archives", "/var/cache/apt"],
        emptied_by: &["clean", "autoclean"],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // apk(8).
    Cache {
        name: "apk index",
        kind: Kind::Index,
        programs: &["apk"],
        places: &["/var/cache/apk", "/etc/apk/cache", "/lib/apk/cache"],
        emptied_by: &[],
        read_by: &[
            "add", "upgrade", "fix", "fetch", "search", "list", "policy", "dot", "info", "version",
        ],
        made_by: &["update"],
        readers: &[],
    },
    // DNF Command Reference, yum(8): clean.
    Cache {
        name: "dnf or yum cache",
        kind: Kind::Cache,
        programs: &["dnf", "yum", "microdnf", "tdnf"],
        places: &["/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf", "/var/cache/tdnf"],
        emptied_by: &["clean all"],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // zypper(8).
    Cache {
        name: "zypper cache",
        kind: Kind::Cache,
        programs: &["zypper"],
        places: &["/var/cache/zypp"],
        emptied_by: &["clean --all", "clean -a"],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // pacman(8).
    Cache {
        name: "pacman package cache",
        kind: Kind::Cache,
        programs: &["pacman"],
        places: &["/var/cache/pacman/pkg"],
        emptied_by: &["-Scc --noconfirm"],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // pip documentation, "Caching". Up to pip 21.2 `pip cache purge` fails where the cache is empty (its changelog, 21.3).
    Cache {
        name: "pip cache",
        kind: Kind::Cache,
        programs: &["pip"],
        places: &["~/.cache/pip"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // uv documentation, "Caching".
    Cache {
        name: "uv cache",
        kind: Kind::Cache,
        programs: &["uv", "uvx"],
        places: &["~/.cache/uv"],
        emptied_by: &["cache clean"],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // Poetry documentation, "Configuration", cache-dir.
    Cache {
        name: "poetry cache",
        kind: Kind::Cache,
        programs: &["poetry"],
        places: &["~/.cache/pypoetry/cache", "~/.cache/pypoetry/artifacts"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // Pipenv documentation, PIPENV_CACHE_DIR.
    Cache {
        name: "pipenv cache",
        kind: Kind::Cache,
        programs: &["pipenv"],
        places: &["~/.cache/pipenv"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // conda documentation, "conda clean": packages that an environment links to stay usable, being hard links.
    Cache {
        name: "conda packages",
        kind: Kind::Cache,
        programs: &["conda", "mamba", "micromamba"],
        places: &[
            "/opt/conda/pkgs",
            "~/.conda/pkgs",
            "~/miniconda3/pkgs",
            "~/miniconda/pkgs",
            "~/anaconda3/pkgs",
            "/opt/miniconda3/pkgs",
            "~/mambaforge/pkgs",
            "~/miniforge3/pkgs",
            "~/micromamba/pkgs",
            "/opt/mambaforge/pkgs",
        ],
        emptied_by: &[
            "clean --all --yes",
            "clean -afy",
            "clean -ay",
            "clean --all -y",
            "clean -a -y",
            "clean --all -f --yes",
            "clean --all -f -y",
        ],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // npm documentation, "npm cache".
    Cache {
        name: "npm cache",
        kind: Kind::Cache,
        programs: &["npm"],
        places: &["~/.npm", "~/.npm/_cacache"],
        emptied_by: &["cache clean --force", "cache clean -f", "cache clear --force"],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // Yarn documentation, "yarn cache". Programs of Yarn 2 and later may run out of it, see [`runs_from_cache`].
    Cache {
        name: "yarn cache",
        kind: Kind::Cache,
        programs: &["yarn", "yarnpkg"],
        places: &["/usr/local/share/.cache/yarn", "~/.cache/yarn", "~/.yarn/berry/cache"],
        emptied_by: &["cache clean"],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // Bower documentation.
    Cache {
        name: "bower cache",
        kind: Kind::Cache,
        programs: &["bower"],
        places: &["~/.cache/bower"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // gem(1), "gem environment"; Bundler documentation.
    Cache {
        name: "downloaded gems",
        kind: Kind::Cache,
        programs: &["gem", "bundle", "bundler"],
        places: &["$(gem env gemdir)/cache/*.gem", "/usr/local/bundle/cache/*.gem"],
        emptied_by: &[],
        read_by: &["pristine", "fetch", "cache", "package", "pack"],
        made_by: &[],
        readers: &[],
    },
    // gem(1).
    Cache {
        name: "gem documentation",
        kind: Kind::Cache,
        programs: &["gem"],
        places: &[],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &["ri", "rdoc"],
    },
    // Composer documentation, "clear-cache".
    Cache {
        name: "composer cache",
        kind: Kind::Cache,
        programs: &["composer", "composer.phar"],
        places: &["~/.composer/cache", "~/.cache/composer"],
        emptied_by: &["clear-cache", "clearcache", "cc"],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // PEAR manual, "config": download_dir, temp_dir.
    Cache {
        name: "pecl downloads",
        kind: Kind::Cache,
        programs: &["pecl", "pear"],
        places: &["/tmp/pear"],
        emptied_by: &["clear-cache"],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // App::cpanminus; CPAN, "Config Variables".
    Cache {
        name: "cpan sources",
        kind: Kind::Cache,
        programs: &["cpanm", "cpan", "perl"],
        places: &["~/.cpanm", "~/.cpan/build", "~/.cpan/sources"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // littler: its scripts download to tempdir()/downloaded_packages.
    Cache {
        name: "downloaded R packages",
        kind: Kind::Cache,
        programs: &[
            "install.r",
            "install2.r",
            "installGithub.r",
            "installBioc.r",
            "installDeps.r",
            "install_packages.r",
            "R",
            "Rscript",
        ],
        places: &["/tmp/downloaded_packages"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // go help cache; go help clean.
    Cache {
        name: "go build cache",
        kind: Kind::Cache,
        programs: &["go"],
        places: &["~/.cache/go-build"],
        emptied_by: &["clean -cache"],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    // go help modules.
    Cache {
        name: "go modules",
        kind: Kind::Store,
        programs: &["go"],
        places: &["/go/pkg/mod", "~/go/pkg/mod"],
        emptied_by: &["clean -modcache"],
        read_by: &[],
        made_by: &[],
        readers: &[
            "make",
            "gofmt",
            "dlv",
            "air",
            "mage",
            "goreleaser",
            "golangci-lint",
            "protoc",
            "ginkgo",
        ],
    },
    // The Cargo Book, "Cargo Home".
    Cache {
        name: "cargo registry",
        kind: Kind::Store,
        programs: &["cargo"],
        places: &["/usr/local/cargo/registry", "~/.cargo/registry"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &["make", "rustc", "wasm-pack", "maturin", "trunk", "just", "cross"],
    },
    // Maven documentation, "Introduction to Repositories".
    Cache {
        name: "maven repository",
        kind: Kind::Store,
        programs: &["mvn", "mvnw", "mvnd"],
        places: &["~/.m2/repository"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &["make", "ant", "sbt", "gradle", "gradlew", "lein", "java"],
    },
    // Gradle User Manual, "The Directories and Files Gradle Uses".
    Cache {
        name: "gradle caches",
        kind: Kind::Store,
        programs: &["gradle", "gradlew"],
        places: &["~/.gradle/caches"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &["make", "mvn"],
    },
    // NuGet documentation, "Managing the global packages, cache, and temp folders".
    Cache {
        name: "nuget download cache",
        kind: Kind::Cache,
        programs: &["dotnet", "nuget", "msbuild"],
        places: &["~/.local/share/NuGet/http-cache", "~/.local/share/NuGet/v3-cache"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &[],
    },
    Cache {
        name: "nuget packages",
        kind: Kind::Store,
        programs: &["dotnet", "nuget", "msbuild"],
        places: &["~/.nuget/packages"],
        emptied_by: &[],
        read_by: &[],
        made_by: &[],
        readers: &["make", "pwsh", "mono"],
    },
];

impl Cache {
    /// Whether this command is one of the package managers that fill it.
    pub(super) fn is_filled_by(&self, command: &Command<'_>) -> bool {
        manager(command).is_some_and(|(name, _)| self.programs.contains(&&*name))
    }

    /// Whether a text names one of its places, or something inside.
    pub(super) fn is_named_in(&self, text: &str) -> bool {
        let goes_on = |rest: &str| {
            rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        };
        self.places.iter().filter(|place| !place.starts_with('$')).any(|place| {
            let tail = place.trim_start_matches('~').trim_end_matches("/*.gem");
            text.match_indices(tail).any(|(at, _)| !goes_on(&text[at + tail.len()..]))
        })
    }
}

/// The package manager that a command is, and the number of its first argument: `python3 -m pip`, `php
/// composer.phar`, `$VENV/bin/pip3.11`.
pub(super) fn manager<'c>(command: &'c Command<'_>) -> Option<(Cow<'c, str>, usize)> {
    let first = match command.path() {
        Some(path) => Cow::Borrowed(path.rsplit('/').next().unwrap_or(path)),
        None => Cow::Owned(command.raw.first()?.rsplit_once('/')?.1.to_owned()),
    };
    let name = bare(&first);
    let argument = |number: usize| command.words.get(number).and_then(|word| word.as_deref());
    match name {
        "python" | "pypy" => match argument(1) {
            Some("-m") => Some((Cow::Owned(bare(argument(2)?).to_owned()), 3)),
            Some("-mpip") => Some((Cow::Borrowed("pip"), 2)),
            _ => None,
        },
        "php" | "mono" => {
            let script = argument(1)?;
            let script = script.rsplit('/').next().unwrap_or(script);
            Some((Cow::Owned(script.trim_end_matches(".exe").to_owned()), 2))
        }
        _ => Some((Cow::Owned(name.to_owned()), 1)),
    }
}

/// A name without the version behind it.
pub(super) fn bare(name: &str) -> &str {
    match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
        "" => name,
        bare => bare.trim_end_matches('-'),
    }
}

/// The arguments of a package manager that are known, from its first one.
pub(super) fn arguments<'c>(
    command: &'c Command<'_>,
    from: usize,
) -> impl Iterator<Item = &'c str> + Clone {
    command.words.iter().skip(from).filter_map(|word| word.as_deref())
}

/// The first argument that is no option: the verb. An option that is known to have an argument of its own takes the
/// next word with it.
pub(super) fn verb<'c>(command: &'c Command<'_>, from: usize) -> Option<&'c str> {
    // apt-get(8), apk(8).
    const WITH_ARGUMENT: &[&str] = &[
        "-o",
        "-c",
        "-t",
        "-X",
        "-p",
        "--option",
        "--config-file",
        "--repository",
        "--root",
        "--arch",
        "--virtual",
        "--target-release",
        "--default-release",
        "--keys-dir",
        "--repositories-file",
        "--cache-dir",
    ];
    let mut words = command.words.iter().skip(from);
    while let Some(word) = words.next() {
        let Some(word) = word.as_deref() else { continue };
        if WITH_ARGUMENT.contains(&word) {
            words.next();
        } else if !word.starts_with(['-', '+']) {
            return Some(word);
        }
    }
    None
}

/// Whether apk of this image fetches a missing index by itself (since Alpine 3.8: docker-library/python, pull request
/// 330).
pub(super) fn apk_fetches(image: &str) -> bool {
    let tag = image.rsplit_once(':').map_or("latest", |(_, tag)| tag);
    let name = image.split([':', '@']).next().unwrap_or_default();
    let version = if name == "alpine" || name.ends_with("/alpine") {
        Some(tag)
    } else {
        tag.find("alpine").map(|at| tag[at + 6..].trim_start_matches('-'))
    };
    match version {
        Some("" | "latest" | "edge" | "3") => true,
        Some(version) => {
            let minor = version.strip_prefix("3.").and_then(|rest| rest.split(['.', '-']).next());
            minor.and_then(|minor| minor.parse::<u32>().ok()).is_some_and(|minor| minor >= 8)
                || version.starts_with("20")
        }
        None => false,
    }
}

/// A path as the table writes it: no slash and no `/*` at its end.
pub(super) fn place(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_end_matches('/');
    Cow::Borrowed(trimmed.strip_suffix("/*").unwrap_or(trimmed))
}

/// Whether programs of a project load their packages out of the cache of yarn: it is one of Yarn 2 or later, and nothing says that these are
/// copied to node_modules (Yarn documentation, "Plug'n'Play" and "yarnrc", nodeLinker).
pub(super) fn runs_from_cache(context: &BuildContext) -> bool {
    let named = |path: &str, name: &str| path.rsplit('/').next() == Some(name);
    let texts = |name: &'static str| {
        let paths = context.entries().filter(move |(path, _)| named(path, name));
        paths.map(|(path, _)| context.text(path).unwrap_or_default())
    };
    let newer = texts("yarn.lock").any(|text| text.contains("__metadata:"));
    let copies = |text: &str| {
        text.lines().any(|line| {
            let value = line.strip_prefix("nodeLinker:").map(|value| value.trim());
            matches!(value, Some("node-modules" | "pnpm" | "\"node-modules\"" | "\"pnpm\""))
        })
    };
    let mut settings = texts(".yarnrc.yml").peekable();
    match settings.peek() {
        Some(_) => !settings.all(copies),
        None => newer,
    }
}
