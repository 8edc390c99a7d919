using Microsoft.Extensions.Logging;
using Tell.Documents;

namespace Tell.Commands;

/// <summary>The one place where what failed under a command becomes a sentence for the person who typed it.</summary>
internal static partial class CommandLadder
{
    /// <summary>Runs a command; false where it failed, and then the answer says why.</summary>
    public static async Task<bool> RunAsync(CommandTable table, IReadOnlyList<string> words, ICommandInput input, Answer answer, ILogger logger, CancellationToken cancellation)
    {
        try
        {
            return await table.RunAsync(words, input, answer, cancellation);
        }
        catch (OperationCanceledException)
        {
            answer.Line("The server stopped before the command was done.");
        }
        catch (Exception problem) when (problem is StoreException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            Failed(logger, words[0], problem);
            answer.Line(problem.Message);
        }
        catch (Exception problem)
        {
            // Ours to mend: the person gets a sentence, the log the cause, and the server goes on.
            Failed(logger, words[0], problem);
            answer.Line($"The command failed: {problem.Message} The log says more.");
        }
        return false;
    }

    [LoggerMessage(8010, LogLevel.Error, "The console command {Word} failed")]
    private static partial void Failed(ILogger logger, string word, Exception problem);
}
