using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Tell.Benchmarks.Documents;
using Tell.Benchmarks.Mail;
using Tell.Benchmarks.Outbound;
using Tell.Benchmarks.Sessions;

// Long runs of whole lives are named by a switch; everything else goes to BenchmarkDotNet.
if (args is ["idle-sessions", .. var idle])
    return await IdleSessions.RunAsync(idle);
if (args is ["down-destination", .. var down])
    return await DownDestination.RunAsync(down);
if (args is ["report-storm", .. var storm])
    return await ReportStorm.RunAsync(storm);
if (args is ["documents-life", .. var rest])
    return await DocumentsLife.RunAsync(rest);
if (args is ["mime-reading", .. var reading])
    return MimeReading.Run(reading);
if (args is ["mime-conversion", .. var conversion])
    return MimeConversion.Run(conversion);

// In this process: a project that BenchmarkDotNet generates would be built under the rules of this house, and fails them.
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(MessageBenchmarks).Assembly).Run(args, config);
return 0;
