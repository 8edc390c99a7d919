namespace Tell.Tests.Mail;

/// <summary>A fact that Python has to confirm.</summary>
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = PythonEmail.Missing();
}
