using Tell.Mail;

namespace Tell.Mta.Outbound;

/// <summary>A value for mail of normal priority, and others for mail of high and of low; what is null is not said.</summary>
/// <param name="Normal">For normal priority, and for the others where they have none.</param>
/// <param name="High">For high priority.</param>
/// <param name="Low">For low priority.</param>
public readonly record struct ByPriority<T>(T? Normal, T? High = null, T? Low = null)
    where T : struct
{
    /// <summary>What is said of a priority alone.</summary>
    public T? Said(Priority priority) => priority switch
    {
        Priority.High => High,
        Priority.Low => Low,
        _ => Normal,
    };

    /// <summary>What holds for a priority: its own value, else that of normal priority.</summary>
    public T? Of(Priority priority) => Said(priority) ?? Normal;

    /// <summary>The same with another value for one priority.</summary>
    public ByPriority<T> With(Priority priority, T? value) => priority switch
    {
        Priority.High => this with { High = value },
        Priority.Low => this with { Low = value },
        _ => this with { Normal = value },
    };
}
