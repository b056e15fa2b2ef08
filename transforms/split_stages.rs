//! Build in one stage, and ship another that holds no compiler.
//!
//! Most of an image is the toolchain that built its program: compilers, headers, packages that only develop. No container reads
//! them. With two stages the first one builds as before, and the last one holds what the container starts, and what else it may read.
//!
//! ```dockerfile before
//! FROM golang:1.22
//! WORKDIR /src
//! COPY . .
//! RUN go build -o /usr/local/bin/server .
//! EXPOSE 8080
//! # templates are read at the first request
//! CMD ["server", "-templates", "templates"]
//! ```
//!
//! ```toml context
//! "go.mod" = "module example.com/server\n"
//! "main.go" = "package main\n"
//! "templates/index.html" = "<h1>hello</h1>\n"
//! ```
//!
//! ```dockerfile after
//! FROM golang:1.22 AS build
//! WORKDIR /src
//! COPY . .
//! RUN CGO_ENABLED=0 go build -o /usr/local/bin/server .
//!
//! FROM gcr.io/distroless/static-debian12
//! COPY --from=build /usr/local/bin/server /usr/local/bin/
//! COPY --from=build /src/templates /src/templates
//! WORKDIR /src
//! EXPOSE 8080
//! # templates are read at the first request
//! CMD ["server", "-templates", "templates"]
//! ```
//!
//! The author's commands stay as they are and where they are, but for what a table row says; a build may get a flag or a last step,
//! such as `CGO_ENABLED=0`, `npm prune` (of pnpm and yarn 1, too) or jlink; what webpack keeps for the next build of Next.js goes,
//! too. What the container needs is read from CMD, ENTRYPOINT and HEALTHCHECK, from the manifest, and from the build context: what
//! is neither a source nor a leftover of the project is taken along, and what settings or lists of data name; where a source goes
//! through the folder in which it runs, or serves it, all of that folder is. All programs that `cargo install` makes come. What was
//! installed is copied in front of the project, whose changes then cost a small layer. A project of Python that stands behind all
//! of its installs, none of which leaves anything beside it, does not go through the build at all: its COPY stays where it is. A
//! variable that is set again moves with its last value alone.
//!
//! | what is built | what it ships on |
//! |---|---|
//! | Go without cgo, C linked statically | distroless or, where a shell is needed, busybox |
//! | Go with cgo, Rust, C | distroless with its own libraries, or slim Debian of the same suite with what it lacks |
//! | classes of Java, by openjdk and Temurin | slim Debian with the modules that they need, put together by jlink |
//! | jars of others, and classes by other images | a run-time environment of the same version |
//! | what `dotnet publish` puts together | the image of ASP.NET Core of the same version, on the same port |
//! | C, Rust, Go and Java by the packages of Debian or Ubuntu | the same distribution with the libraries of their packages, or a run-time environment, or the modules of Java 17 or later that Debian's kit puts together; distroless where Go needs none, and for C with the libraries that the loader finds, where no package tells |
//! | Ruby | the slim image of the same version, with its gems |
//! | Python | the slim image of the same version, or the same on Alpine; a distribution with its interpreter |
//! | servers for Node, and TypeScript | the slim image of the same version, or the same on Alpine, or the same distribution without npm, or without what that recommends; no development dependencies where a container does without them, as `dev-dependencies` asks |
//! | PHP on Debian, from 7.2 on | an empty image, to which all of its own is copied but the compilers, as no image of PHP has a slim form |
//! | pages that Node builds, or that mkdocs, Sphinx, Pelican, Hugo, Jekyll, pandoc, make or a script of the project writes, and that nginx, lighttpd, Apache or Caddy of the distribution serves | slim Debian, or the same Ubuntu, with that server |
//! | such pages that `python -m http.server` serves | the slim image of the same version of Python, or Debian with Python |
//! | files that serve, http-server or the preview of Vite serve | nginx, on the same port, which CMD starts; redirects, headers and compression are nginx's own |
//!
//! Where all packages of Python are known, their libraries and what fetched them stay behind, unless something of the project names
//! them; pip, Node and npm are those of the new base, setuptools and wheel those of the build. Parts of a project in C that Python
//! compiles move with it, where its script shows that they are linked with the C library alone; so do packages of npm that bring the
//! sources of all that they are linked with, such as bcrypt. Where a server of Node only serves what a client beside it became, the packages that
//! built that stay behind. A folder that is given to a user moves as a whole. A program that needs a
//! shell and more libraries than slim Debian has gets these, and one in C that needs more of a system than libraries, such as its users, gets
//! slim Debian. Where the author brings all packages of the system up to date (`apt-get upgrade`, `apk upgrade`), the new base gets the same.
//!
//! Where a script of the project stands in front of a compiled program, what the script starts is what the container starts, and the new
//! base has what it calls: `exec "$@"` starts what CMD names, and `exec bin/$name` anything that Go has built there, all of which comes.
//! Its own folder is known where it asks for that: `$(dirname "$0")`, `$(cd "$(dirname "$0")/.." && pwd)`, and a variable that is set to it once.
//! A program of a package that the author installs is known by its own name, too: `pg_isready` comes with postgresql-client. What the full
//! image has, such as git, curl, ps or unzip, is installed where a script calls it, git with the client of SSH where it speaks to others.
//! Where Java is handed options by a variable or a script, the runtime that is put together has what agents of debuggers, recordings and those who watch from outside ask for; options that load other code, or ask
//! for more modules, get a whole runtime.
//!
//! Of an image of PHP apt takes away what its build extensions ask for and nobody else, behind the last step that may need it, and all the rest
//! is copied as it is: steps behind it, such as a COPY of the project, stand in the new stage.
//!
//! A class of the project that a step starts as a test (`java -cp classes Tests`) leaves nothing, where neither it nor those that it names can
//! write. A home in which cargo has built is made again for its user, without what
//! cargo keeps there.
//!
//! A step that reads a variable that only the image of the compiler sets, such as `GOPATH`, still finds it set; where it is another one in each
//! release, or a source asks for it, nothing is done. A program of Go that starts programs which each Debian has gets slim Debian. Where it starts git, which the image of
//! the compiler has, git comes along, and the client of SSH where a source may ask another machine.
//!
//! Where make builds a program of Go, its Makefile is read, as far as it is made of rules and variables alone, and counts as the commands
//! that it runs. So does a script of the project that a RUN starts, `./build.sh` or `sh scripts/build.sh release`, if it can be read without
//! running it: its variables are constants or only said, its questions are about what it is handed, and what it calls is known. A script in
//! front of the program that asks for the word behind it, by `if` or `case`, may go each of its ways; `exec "$@"` starts what CMD leads to.
//! Where cron starts a container, the commands of its tables are started, too.
//!
//! What an ADD unpacks, by the name of a local archive of tar, compressed by gzip or not, counts as a folder that a COPY brings: its Makefile,
//! `configure` and sources are read. So does what `tar` unpacks as root of such an archive that a COPY has brought, all of it and as it is.
//!
//! A last stage that only copies what the stages above have built, makes folders and changes modes of what it brings, and stands on their
//! compiler's image, gets such a base in place, also where a script of the project starts the program; a
//! jar that one of these has made of its own classes, or a folder of these that is all of a class path, gets the modules that it needs, put
//! together there by the same kit, also where the kit has a smaller form. Where such a stage makes users or
//! folders, or installs packages, it stays as it is, and what the container needs of it is copied to a new one.
//!
//! A link, and a folder that others may write to, is made again in the new stage by the commands that made it, since a COPY that names it
//! takes what the link leads to, and gives the folder its own mode.
//!
//! # Declines
//!
//! - A program of another stage is replaced in the last one, or needs libraries and was linked on another image.
//! - The file does not say what the container starts, or what a step leaves is not known.
//! - What a container of Python, Ruby or Node starts compiles, or calls another program that came for the build alone: CMD, a health check,
//!   a script of the project, a source.
//! - A script in front of a compiled program goes to another folder, changes PATH, evaluates a text, or calls what nobody is known to bring;
//!   git that it calls runs other programs, or looks at a history that stays behind; a file that it reads into itself by `.` is not named by a plain
//!   path, or returns.
//! - The container compiles when it starts, or a package or source of Python does so later; or make does there what its Makefile does not
//!   write out.
//! - A project of Python is built of more than texts, so that nobody knows what its parts in C are linked with, or where its files go; or by
//!   another Python than the one whose packages are taken along, such as that of the image beside an environment that is activated;
//!   or poetry or pipenv takes packages from elsewhere than PyPI, or is called by the container, whose settings a call in the build has made.
//! - A source opens a library, or the container names a program, that only the full image of Python may have.
//! - Settings or variables lead pip to install elsewhere, or more.
//! - A class of the project that a step starts, or one that it names, writes files, starts programs or loads others.
//! - A program of Rust loads a provider of OpenSSL, or another than its user gets the home in which cargo builds.
//! - A link of the project, or one that a command has made, would move by its name, and the new stage cannot make it again.
//! - A folder that would move by its name has a mode of its own, and the new stage cannot make it again.
//! - A folder is given away without what is in it, or to a user and the group of his own (`chown app:`), or root writes there later.
//! - A step sets, in a home or for the system, what git or a manager of packages reads when the container runs; git begins or keeps a
//!   repository in a folder that is not known to move.
//! - Which programs `cargo install` makes of a package that has several depends on features, on its edition or on options.
//! - A step may take away again what would be copied, or rules of make may make anew what one has taken away.
//! - A command that makes users, or removes what packages bring, may fail without ending the build, or reads what its script alone knows.
//! - A container of Node may use development dependencies, or their manager is not known to take them away as it installed them.
//! - The build context is not known, and a COPY brings more than sources.
//! - Rules of make may write outside of the project, choose what `install` brings, or install a script that nothing is seen to start, or under
//!   another name.
//! - A script in front of a program hands what is not known to a shell or to git, or stands behind a file that bash reads first; a file of the project
//!   starts it with other words than CMD.
//! - `tar` unpacks parts of an archive, leaves folders of it out or runs as somebody else, or a step in front may have put another archive there.
//! - An ADD unpacks what is damaged, compressed otherwise than by gzip or large, or holds links, devices or folders of the system; or what
//!   ships of an archive belongs to others than root, or lies in a folder with another mode than 0755.
//! - The program needs packages of the system, and the suite of the image is not known, or calls them otherwise from release to release.
//! - A Makefile of Go has conditions, patterns, other files of rules or names that only the build knows, or its goal may be there already.
//! - A script of the project that a RUN starts has loops, pipes or here-documents, makes users, links or owners, says where programs lie,
//!   decides by what only the build knows, or may be another one by then; or the shell that starts it was changed.
//! - A library or a source of C opens files that no loader shows and that slim Debian has not: modules, formats of pictures, plug-ins of
//!   clients, certificates that OpenSSL looks for.
//! - A program of Go is built by flags that need cgo or a loader, such as `-race`; one of Java calls the compiler or another tool of the kit, or
//!   starts what it does not name, or what the new base has not.
//! - A program of Go starts git, and the project brings its history, which git may look at.
//! - A table of cron calls what nobody is known to bring, or hands on to another program; a script asks for a program of the old base by its path.
//! - npm runs the scripts of a container, or a package starts git or Python that came with it, and what else was installed with Node may be
//!   missed without what it recommends.
//! - A package of npm compiles, and is told to use libraries of the system, or is known to open them or to start programs of the full image; one of the
//!   project links with a library that slim images lack, and no step names its headers.
//! - A project in C builds what its programs open by a name or look for from where they are started, or a script leads the loader to its
//!   libraries; or a source of it starts or loads what may have been built, too.
//! - The list of the loader has folders that the new base does not know, or LD_LIBRARY_PATH stands beside it; a library of the project would have to
//!   come to a distribution with packages of its own.
//! - A source opens a library by a name without a version, which packages of headers bring; settings that a step changes belong to a user whom
//!   their package makes.
//! - A second language compiles, and where its results go is not known.
//! - What PHP or a script of its container calls goes with the compilers; a step takes packages away, or nobody knows which it has brought for
//!   others; or something reads a variable that is another one in each release of the image.
//! - A program of .NET starts others, opens libraries of the system, stands on Alpine or Windows, or is not published.
//! - Settings of a web server name files that no step is known to make, more settings, or programs; a script or a manager of services starts it.
//! - Among pages behind a web server lie links, or something makes links there, that may lead to what stays; a manifest of Kubernetes, Heroku or Fly,
//!   or a Procfile, starts more than this server. Python's own server is another one by PATH or its name, or loads modules by settings or the project.
//! - A server of static files is configured in ways that nginx is not known to follow.
//! - A compose file starts something else in the container, or asks it how it is.
//!
//! # Safety
//!
//! Suggestion, since the image has another base: whoever opens a shell in it, or builds on it, finds less. Review where the program
//! is linked with nothing.

mod again;
mod assembled;
mod brought;
mod chosen;
mod cmake;
mod compiled;
mod copies;
mod cron;
mod distribution;
mod dotnet;
mod doubts;
mod effects;
mod elsewhere;
mod entered;
mod extconf;
mod extensions;
mod generated;
mod go;
mod gone;
mod installs;
mod interpreted;
mod java;
mod kept;
mod launch;
mod libraries;
mod lies;
mod makefile;
mod native;
mod node;
mod opened;
mod own_libraries;
mod own_packages;
mod owners;
mod places;
mod plan;
mod python;
mod rakefile;
mod read;
mod readied;
mod reasons;
mod received;
mod recipes;
mod ruby;
mod running;
mod rust;
mod scripted;
mod served;
mod site;
mod started_rules;
mod stays;
mod subject;
mod supervised;
mod system_files;
mod system_programs;
mod text;
mod tool_settings;
mod tools;
mod trimmed;
mod unpacked;
mod unversioned;
mod variables;
mod workdirs;

use dockslim_contract::{BuildContext, Decline, Difference, Findings, Rewrite, Safety};
use dockslim_syntax::{Edits, Keyword, parse};

use crate::dev_dependencies::is_for_development;
use crate::facts::{Base, Build, BuildStage};
use crate::knowledge::{Need, need_of_package, toolchain_of_image};
use crate::{Facts, Options, Transform};
use effects::Effect;
pub(crate) use node::taken_away_behind;
use plan::Plan;
use recipes::Recipes;
pub(crate) use ruby::gems_need_more;
use subject::{Obstacle, Subject, because};

const ARGUMENT_DECIDES: &str = "an argument decides about the image";

/// The pass.
pub const SPLIT_STAGES: Transform = Transform {
    name: "split-stages",
    summary: "build in one stage, and ship another without the toolchain",
    levels: &[Safety::Review, Safety::Suggestion],
    causes: &[Difference::SplitStage],
    source: include_str!("split_stages.rs"),
    declines: reasons::ALL,
    run,
};

fn run(facts: &Facts<'_>, options: &Options) -> Findings {
    match facts.context.and_then(BuildContext::unpacked) {
        None => run_on(facts, options),
        // What an ADD unpacks is of the project, too.
        context => run_on(&Facts::of(facts.dockerfile, options, context), options),
    }
}

fn run_on(facts: &Facts<'_>, options: &Options) -> Findings {
    let mut findings = Findings::default();
    let build = facts.build();
    let Some(stage) = build.stages.last() else { return findings };
    let Some(from) = facts.dockerfile.instruction(stage.stage.from) else { return findings };
    let at = from.span;
    let result = match Recipes::of(facts) {
        Some(recipes) => look_behind(facts, options, &recipes, 1),
        None => look(facts, options, build, stage),
    };
    match result {
        None => {}
        Some(Ok((plan, edits))) => {
            let reason = format!("the image ships what only its build needs: {}", plan.told());
            // Whoever makes an archive may keep more in it than a project has in its folders.
            let bare = facts.context.is_none_or(|context| context.archives().next().is_none());
            let sure = plan.self_contained && bare;
            let safety = if sure { Safety::Review } else { Safety::Suggestion };
            findings.rewrites.push(Rewrite { safety, at, reason, edits });
        }
        Some(Err((reason, what))) => {
            let message = format!("the image ships what only its build needs; {what}");
            findings.declines.push(Decline { reason, at, message });
        }
    }
    findings
}

/// Looks at the last stage with the commands of make and of scripts in their place; a script may call make.
fn look_behind(
    facts: &Facts<'_>,
    options: &Options,
    recipes: &Recipes,
    depth: usize,
) -> Option<Result<(Plan, Edits), Obstacle>> {
    let dockerfile = parse(&recipes.text);
    let told = Facts::of(&dockerfile, options, facts.context);
    let build = told.build();
    let again = Recipes::of(&told).filter(|_| depth < 2);
    let result = match again {
        Some(again) => look_behind(&told, options, &again, depth + 1)?,
        None => look(&told, options, build, build.stages.last()?)?,
    };
    Some(match result {
        Ok((plan, edits)) => recipes.back(facts, &edits).map(|edits| (plan, edits)),
        Err((reason, message)) => Err((reason, recipes.told(facts, message))),
    })
}

/// Whether a container starts a script of the project.
fn starts_script(subject: &Subject<'_, '_>) -> bool {
    let mut paths = subject.launch.paths(subject.folder.as_deref()).into_iter();
    paths.any(|path| subject.source_text(&path).is_some_and(|text| text.starts_with("#!")))
}

/// Looks at the last stage; `None` if it holds no toolchain, or nothing is built with it.
fn look(
    facts: &Facts<'_>,
    options: &Options,
    build: &Build<'_>,
    stage: &BuildStage<'_>,
) -> Option<Result<(Plan, Edits), Obstacle>> {
    let Base::Image(written) = &stage.stage.base else { return None };
    let image = stage.image.as_deref()?;
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let toolchain = toolchain_of_image(image)?;
    // A run-time environment holds no toolchain, whatever the image is made of.
    if image.contains("windowsservercore") || image.contains("-jre") {
        return None;
    }
    // Some builders only find official images by their whole name.
    let prefix = &written[..written.find(image).unwrap_or_default()];
    let runs = stage.steps.iter().any(|step| step.instruction.kind == Keyword::Run);
    let assembles = !runs && toolchain.name != "php";
    // Of an interpreter's image only what compiles is too much.
    let interpreted =
        matches!(toolchain.name.as_str(), "python" | "node" | "ruby" | "php" | "debian");
    let alpine = image.contains("alpine");
    if interpreted && alpine && !matches!(toolchain.name.as_str(), "node" | "python") {
        return None;
    }
    let mut subject = match Subject::of(build, stage, facts.context, image, toolchain) {
        Ok(subject) => subject,
        Err(_) if assembles => return None,
        Err(_)
            if interpreted
                && !installs_compilers(stage)
                && !(toolchain.name == "node" && node::develops(stage, facts.context)) =>
        {
            return None;
        }
        Err(obstacle) => return Some(Err(obstacle)),
    };
    let compiled = matches!(toolchain.name.as_str(), "go" | "rust" | "native" | "java");
    let assembles = assembles || compiled && readied::is_all(&subject);
    if assembles {
        subject.launch.needs_shell |= runs;
        let script = compiled && starts_script(&subject);
        if script
            && toolchain.name == "java"
            && let Err(obstacle) = entered::follow(&mut subject)
        {
            return Some(Err(obstacle));
        }
        if !script || toolchain.name == "java" {
            let result = assembled::split(facts, &subject, prefix)?;
            return Some(result.and_then(|(plan, edits)| {
                doubts::none(&subject, &plan)?;
                Ok((plan, edits))
            }));
        }
    }
    subject.for_development = options.file_name.as_deref().is_some_and(is_for_development);
    if let Some(result) = trimmed::split(&subject) {
        return Some(result.and_then(|mut plan| {
            plan.note_fetchers(&subject);
            if written.contains('$') {
                return Err((&reasons::PACKAGES, ARGUMENT_DECIDES.to_owned()));
            }
            let edits = text::edits(&subject, &facts.stages, &plan)?;
            Ok((plan, edits))
        }));
    }
    if subject.launch.opens_shell {
        let message = "it starts a shell, and what people call there cannot be told".to_owned();
        let wasteful = !interpreted || installs_compilers(stage);
        return wasteful.then_some(Err((&reasons::NO_COMMAND, message)));
    }
    let scripted = toolchain.name == "debian"
        && subject.done.iter().any(|done| matches!(done.effect, Effect::Packages(_)));
    let toolchain = match distribution::language(&subject).filter(|_| toolchain.name == "debian") {
        Some(language) if !scripted => language,
        _ => toolchain,
    };
    let of_distribution = subject.toolchain.name == "debian" && toolchain.name != "debian";
    subject.toolchain = toolchain;
    let pages = site::is_written(&subject);
    let compiles = !pages && matches!(toolchain.name.as_str(), "go" | "rust" | "native" | "java");
    if compiles
        && let Err(obstacle) = supervised::follow(&mut subject)
            .and_then(|()| cron::follow(&mut subject))
            .and_then(|()| entered::follow(&mut subject))
    {
        return Some(Err(obstacle));
    }
    if compiles {
        system_programs::ask(&mut subject);
    }
    let received = match toolchain.name.as_str() {
        "go" | "rust" | "native" if compiles && !of_distribution => received::split(&mut subject),
        _ => None,
    };
    let (received, maker) = match received {
        Some(Ok((plan, maker))) => (Some(Ok(plan)), Some(maker)),
        Some(Err(obstacle)) => (Some(Err(obstacle)), None),
        None => (None, None),
    };
    let own = received.is_none() && !of_distribution && !pages;
    let launch = &subject.launch;
    let plan = match toolchain.name.as_str() {
        _ if let Some(plan) = received => plan,
        "python" if pages => match site::split(&subject)? {
            Err(obstacle) => python::split(&subject).unwrap_or(Err(obstacle)),
            plan => plan,
        },
        _ if pages => site::split(&subject)?,
        "node" => site::split(&subject)
            .or_else(|| served::split(&subject))
            .or_else(|| node::split(&subject))
            .or_else(|| site::behind_others(&subject).map(Err))
            .or_else(|| node::stay(&subject).map(Err))?,
        "ruby" => ruby::split(&subject)?,
        // The image of an interpreter is what its programs need: only compilers besides are too much.
        "php" if !installs_compilers(stage) => return None,
        "php" => Err((
            &reasons::UNKNOWN_RUNTIME,
            "images of PHP before 7.2, and those for people who develop, stay as they are"
                .to_owned(),
        )),
        "debian" => node::split(&subject).or_else(|| python::split(&subject))?,
        "python" => python::split(&subject).or_else(|| site::behind_others(&subject).map(Err))?,
        _ if launch.commands.is_empty() && launch.unread.is_none() => {
            Err(because(&reasons::NO_COMMAND))
        }
        _ if launch.unread.is_some() => Err(because(&reasons::UNREAD_COMMAND)),
        _ if !subject.builds() => {
            Err(subject.unread_script().unwrap_or_else(|| because(&reasons::NO_ARTEFACT)))
        }
        _ if of_distribution => known(&subject).and_then(|()| distribution::split(&subject)),
        "go" => known(&subject).and_then(|()| go::split(&subject)),
        "rust" => known(&subject).and_then(|()| rust::split(&subject)),
        "native" => known(&subject).and_then(|()| native::split(&subject)),
        "java" => known(&subject).and_then(|()| java::split(&subject)),
        "dotnet" => known(&subject).and_then(|()| dotnet::split(&subject)),
        other => {
            let message = format!("how programs of {other} are shipped is not known");
            Err((&reasons::LANGUAGES, message))
        }
    };
    let again: Option<kept::Planner> = match toolchain.name.as_str() {
        "go" if own => Some(go::split),
        "rust" if own => Some(rust::split),
        "native" if own => Some(native::split),
        _ => None,
    };
    let plan = match again {
        Some(again) => plan.and_then(|plan| kept::on_a_system(&mut subject, plan, again)),
        None => plan,
    };
    let result = plan.and_then(|mut plan| {
        let launch = &subject.launch;
        if launch.commands.is_empty() {
            return Err(because(&reasons::NO_COMMAND));
        }
        // What writes pages is known by what the settings of their server name.
        if !pages {
            known(&subject)?;
        }
        doubts::none(&subject, &plan)?;
        // Whoever passes another version gets it in one stage, and would miss it in the other.
        if written.contains('$') && !plan.self_contained {
            return Err((&reasons::PACKAGES, ARGUMENT_DECIDES.to_owned()));
        }
        if plan.starts.is_none() {
            workdirs::take(&subject, &mut plan)?;
        }
        kept::as_it_was(&subject, &mut plan)?;
        plan.upgrade(&subject);
        if compiles {
            variables::tell(&subject, &mut plan, false)?;
        }
        if !plan.base.contains('/') {
            plan.base.insert_str(0, prefix);
        }
        plan.note_fetchers(&subject);
        let maker = maker.filter(|_| assembles);
        let edits = match maker.and_then(|maker| assembled::in_place(&subject, &maker, &plan)) {
            Some(edits) => edits,
            None => text::edits(&subject, &facts.stages, &plan)?,
        };
        Ok((plan, edits))
    });
    Some(result)
}

/// Whether all commands are known.
fn known(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    subject.unknown().map_or(Ok(()), Err)
}

/// Whether a stage installs packages that compile.
fn installs_compilers(stage: &BuildStage<'_>) -> bool {
    let commands = stage.steps.iter().flat_map(|step| step.content.commands());
    let mut installs = commands.filter(|command| {
        command.manager.is_some_and(|manager| matches!(manager.name.as_str(), "apt" | "apk"))
    });
    installs.any(|command| {
        command.words.iter().flatten().any(|word| need_of_package(word) == Need::Build)
    })
}
