using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Gateway.LogBench;
using Gateway.MicroBench;

// The parts of a request by themselves, with what they allocate: ./dev.sh bench micro [FILTER], such as *Router* or *Stream*.
// In this process and not in one of its own each: another one would have to be built, and the parts are internal.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .AddExporter(MarkdownExporter.GitHub)
    .WithArtifactsPath(Repository.Result("micro"))
    .WithOptions(ConfigOptions.JoinSummary);
var found = BenchmarkSwitcher.FromAssembly(typeof(Bodies).Assembly).Run(["--filter", args.Length > 0 ? args[0] : "*"], config);
return found.Any() ? 0 : 1;
