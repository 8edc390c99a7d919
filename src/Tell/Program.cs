using System.Text;
using Tell.Commands;
using Tell.Hosting;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Tour;

Console.OutputEncoding = new UTF8Encoding(false);
// Decision note 0003: continuations run where the socket was found ready, a third less CPU. Nothing here blocks a thread; must be set before the first socket.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
try
{
    return await RunAsync(CommandLine.Parse(args));
}
catch (Exception fault)
{
    // Ours to mend: nothing above it is left that could know better.
    Console.Error.WriteLine($"tell: {fault}");
    return 1;
}

static async Task<int> RunAsync(CommandLine line)
{
    Command[] own = [TourCommand.Row(TimeProvider.System)];
    switch (line.Kind)
    {
        case CommandLineKind.Run:
            var terminal = !Console.IsInputRedirected && !Console.IsOutputRedirected;
            return await new ServerProgram(line, Console.Out, Console.Error, TimeProvider.System).RunAsync(own, terminal);
        case CommandLineKind.Words:
            return await new WordsProgram(line, Console.Out, Console.Error, TimeProvider.System).RunAsync(own, CancellationToken.None);
        case CommandLineKind.Help:
            Console.Out.WriteLine(CommandLine.Help);
            return 0;
        case CommandLineKind.Version:
            Console.Out.WriteLine($"Tell {Operator.Version}");
            return 0;
        case CommandLineKind.Sample:
            Console.Out.Write(SampleFile.Text);
            return 0;
        default:
            Console.Error.WriteLine($"tell: {line.Problem}");
            return 2;
    }
}
