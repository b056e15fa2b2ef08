//! `dockslim verify`: builds a file before and after, and tells how the images differ.

use std::path::{Path, PathBuf};
use std::time::Duration;

use dockslim_syntax::parse;

use super::{Status, building};
use crate::args::VerifyArgs;
use crate::builder::{Builder, Fault, Job, interrupt};
use crate::engine;
use crate::error::Error;
use crate::files;
use crate::report::{self, Change, Output, Palette};
use crate::verify::{
    self, Bench, Declared, Progress, Side, Smoke, Times, Verdict, Verification, lines_of,
};

/// The names of the two candidates, and of what is built of them after a change.
const BEFORE: &str = "before";
const AFTER: &str = "after";
const TOUCHED: &str = "-touched";
/// The end of the name of what is built in front of that, so that the builder's cache holds all steps.
const WARM: &str = "-warm";

pub(super) fn run(args: &VerifyArgs, output: &mut Output) -> Result<Status, Error> {
    let path = args.path.as_deref().unwrap_or(Path::new("."));
    let plan = Plan::new(args, path, output)?;
    if plan.after == plan.before {
        output.remark(&format!("nothing to rewrite in {}, so nothing to compare\n", plan.name));
        return Ok(Status::Done);
    }
    let builder = Builder::find(args.building.engine, args.building.builder.as_deref())?;
    interrupt::watch();
    let mut bench = Bench::new(builder, plan.job.clone(), plan.path.as_deref())?;
    bench.keep = args.keep;
    let progress = Progress::new(args.quiet);
    let result = plan.verify(args, &mut bench, progress);
    if result.is_err() {
        bench.keep = false;
    }
    let verification = result?;
    let palette = &output.palette;
    output.print(&report::verification(&verification, args.output_format, palette))?;
    Ok(if verification.verdict.is_good() { Status::Done } else { Status::Wanted })
}

/// What is to be compared.
struct Plan {
    name: String,
    path: Option<PathBuf>,
    before: String,
    after: String,
    declared: Declared,
    job: Job,
}

impl Plan {
    fn new(args: &VerifyArgs, path: &Path, output: &mut Output) -> Result<Self, Error> {
        let path = if path == Path::new("-") { None } else { Some(building::one_file(path)?) };
        let name = path.as_ref().map_or("<stdin>".into(), |path| path.to_string_lossy());
        let name = name.into_owned();
        let before = match &path {
            Some(path) => files::read(path)?,
            None => files::read_standard_input(Path::new(&name))?,
        };
        let project =
            super::project(&args.config, args.passes.flags(), args.context.clone(), output)?;
        let (folder, after, declared) = match &args.against {
            Some(other) => {
                let found = project.contexts.of(path.as_deref(), &parse(&before));
                (found.folder, files::read(other)?, Declared::default())
            }
            None => {
                let known =
                    building::known(&project, path.as_deref(), &name, &before, &args.building)?;
                let outcome = engine::fix(&before, &known.settings);
                let declared = Declared::by(&outcome);
                (known.folder, outcome.text, declared)
            }
        };
        let context =
            verify::folder_of(args.context.as_deref(), folder.as_deref(), path.as_deref())?;
        if let Some(touched) = &args.touch
            && !context.join(touched).is_file()
        {
            return Err(Error::NothingToTouch { path: touched.clone(), context });
        }
        let job = building::job(&args.building, context);
        Ok(Self { name, path, before, after, declared, job })
    }

    fn verify(
        &self,
        args: &VerifyArgs,
        bench: &mut Bench,
        mut progress: Progress,
    ) -> Result<Verification, Error> {
        if args.touch.is_some() {
            bench.copy_context()?;
        }
        let mut both =
            [(BEFORE, &self.before), (AFTER, &self.after)].map(|(name, text)| Measured {
                candidate: name,
                text,
                builds: Vec::new(),
                rebuilds: Vec::new(),
                failure: None,
            });
        for measured in &both {
            bench.add(measured.candidate, measured.text)?;
            for end in [WARM, TOUCHED] {
                bench.add(&format!("{}{end}", measured.candidate), measured.text)?;
            }
        }
        for run in 1..=args.runs as usize {
            for measured in &mut both {
                measured.build(bench, run, args.runs, &mut progress)?;
                if measured.candidate == BEFORE
                    && let Some(failure) = measured.failure.take()
                {
                    let (step, lines) = (failure.step, failure.lines);
                    return Err(Error::BuildFailsBefore { name: self.name.clone(), step, lines });
                }
            }
            if let Some(touched) = &args.touch {
                for measured in &mut both {
                    measured.rebuild(touched, bench, &mut progress)?;
                }
            }
        }
        let [before, after] = both;
        let mut before = before.side(bench, &mut progress, args)?;
        let mut after = match after.failure.clone() {
            Some(failure) => Err(failure),
            None => Ok(after.side(bench, &mut progress, args)?),
        };
        let mut note = None;
        let mut works = true;
        if let (Some(smoke), Ok(after)) =
            (building::smoke(&args.building, &args.inside), &mut after)
        {
            if bench.builder.loads {
                works = self.ask(&smoke, args, bench, (&mut before, after), &mut progress)?;
            } else {
                note = Some("built, but not run: the builder leaves its images elsewhere".into());
            }
        }
        let comparison = after.as_ref().ok().map(|after| {
            progress.begin("comparing the files".to_owned());
            verify::compare(&before.image, &after.image)
        });
        let verdict = match &comparison {
            None => Verdict::BuildFails,
            Some(_) if !works => Verdict::SmokeFails,
            Some(comparison) => Verdict::of(comparison, &self.declared),
        };
        Ok(Verification {
            file: self.name.clone(),
            engine: bench.builder.engine,
            touched: args.touch.as_ref().map(|path| path.display().to_string()),
            diff: report::diff(
                &self.name,
                Change::between(&self.before, &self.after),
                &Palette::default(),
            ),
            before,
            after,
            comparison,
            kept: args.keep,
            note,
            verdict,
        })
    }

    /// Asks both images; whether the new one answers as the old one did.
    fn ask(
        &self,
        smoke: &Smoke,
        args: &VerifyArgs,
        bench: &Bench,
        (before, after): (&mut Side, &mut Side),
        progress: &mut Progress,
    ) -> Result<bool, Error> {
        let limit = Duration::from_secs(args.building.smoke_timeout);
        progress.begin("before: smoke command".to_owned());
        let old = smoke.ask(&bench.builder, &before.name, limit)?;
        if !smoke.is_sound(&old) {
            let (told, lines) = (old.told(), old.lines);
            return Err(Error::SmokeFailsBefore { name: self.name.clone(), told, lines });
        }
        progress.begin("after: smoke command".to_owned());
        let new = smoke.ask(&bench.builder, &after.name, limit)?;
        let works = smoke.accepts(&new, &old);
        (before.smoke, after.smoke) = (Some(old), Some(new));
        Ok(works)
    }
}

/// One of the two files on its way.
struct Measured<'p> {
    candidate: &'static str,
    text: &'p str,
    builds: Vec<Times>,
    rebuilds: Vec<Times>,
    failure: Option<verify::Failure>,
}

impl Measured<'_> {
    /// Builds from nothing.
    fn build(
        &mut self,
        bench: &Bench,
        run: usize,
        runs: u32,
        progress: &mut Progress,
    ) -> Result<(), Fault> {
        if self.failure.is_some() {
            return Ok(());
        }
        let turn = if runs > 1 { format!(" {run}/{runs}") } else { String::new() };
        progress.begin(format!("{}{turn}: building", self.candidate));
        if run > 1 {
            bench.forget(self.candidate);
        }
        match bench.build(self.candidate, false, progress)? {
            Ok(times) => self.builds.push(times),
            Err(failure) => self.failure = Some(failure),
        }
        Ok(())
    }

    /// Builds with the cache, after the file at `path` has changed.
    fn rebuild(
        &mut self,
        path: &Path,
        bench: &mut Bench,
        progress: &mut Progress,
    ) -> Result<(), Error> {
        if self.failure.is_none() && bench.builder.engine.caches_one_after_another() {
            progress.begin(format!("{}: filling the cache", self.candidate));
            self.cached(WARM, bench, progress)?;
        }
        bench.touch(path)?;
        progress.begin(format!("{}: rebuilding", self.candidate));
        let times = self.cached(TOUCHED, bench, progress)?;
        self.rebuilds.extend(times);
        Ok(())
    }

    /// Builds with the cache, under another name that ends like this.
    fn cached(
        &mut self,
        end: &str,
        bench: &Bench,
        progress: &Progress,
    ) -> Result<Option<Times>, Fault> {
        if self.failure.is_some() {
            return Ok(None);
        }
        let name = format!("{}{end}", self.candidate);
        bench.forget(&name);
        let built = bench.build(&name, true, progress)?;
        Ok(built.map_err(|failure| self.failure = Some(failure)).ok())
    }

    /// Reads the image that was built.
    fn side(
        self,
        bench: &mut Bench,
        progress: &mut Progress,
        args: &VerifyArgs,
    ) -> Result<Side, Error> {
        progress.begin(format!("{}: reading the image", self.candidate));
        let image = bench.read(self.candidate, !args.uncompressed)?;
        let steps = lines_of(self.text, args.building.target.as_deref(), &image.layers);
        let name = bench.image_name(self.candidate);
        let (builds, rebuilds) = (self.builds, self.rebuilds);
        Ok(Side { name, image, steps, builds, rebuilds, smoke: None })
    }
}
