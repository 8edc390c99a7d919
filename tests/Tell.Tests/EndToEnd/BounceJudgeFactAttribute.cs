using System.ComponentModel;
using System.Diagnostics;

namespace Tell.Tests.EndToEnd;

/// <summary>A test in which programs that read bounces judge our reports; skipped with a reason where one is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BounceJudgeFactAttribute : FactAttribute
{
    private static readonly string? Missing =
        Lacks(BounceJudges.Python, "-c", "import flufl.bounce", "python3-flufl.bounce") ?? Lacks("perl", "-e", "use Sisimai; use JSON", "libsisimai-perl");

    public BounceJudgeFactAttribute() => (Skip, Timeout) = (Missing, 120_000);

    private static string? Lacks(string program, string option, string text, string package)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, [option, text]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"needs {package} (Debian package; tests/tools/install brings it)";
        }
        catch (Win32Exception)
        {
            return $"needs {program} and the Debian package {package}";
        }
    }
}
