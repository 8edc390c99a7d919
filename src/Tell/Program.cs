using System.Text;
using Tell.Commands;
using Tell.Hosting;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;

Console.OutputEncoding = new UTF8Encoding(false);
var line = CommandLine.Parse(args);
Command[] own = [Tell.Tour.TourCommand.Row(TimeProvider.System)];
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
