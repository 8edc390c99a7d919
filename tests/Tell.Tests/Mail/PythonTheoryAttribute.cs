namespace Tell.Tests.Mail;

/// <summary>A theory that Python has to confirm.</summary>
public sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute() => Skip = PythonEmail.Missing();
}
