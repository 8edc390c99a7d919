using Xunit.Abstractions;

namespace Tell.Tests.Tools;

/// <summary>Figures that a test measured and a reader of the run wants to see, though the test passed.</summary>
public static class Figures
{
    /// <summary>Prints one line to the test's output and appends it to artifacts/figures.txt, which .ci/run shows at its end.</summary>
    public static void Show(ITestOutputHelper output, string line)
    {
        output.WriteLine(line);
        Directory.CreateDirectory(Checkout.Artifacts);
        File.AppendAllText(Path.Combine(Checkout.Artifacts, "figures.txt"), line + "\n");
    }
}
