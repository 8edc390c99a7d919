namespace Tell.Mail;

/// <summary>A line that is the boundary of an open multipart; the default value is no hit.</summary>
internal readonly struct BoundaryHit(int level, bool isLast)
{
    private readonly int _levelPlusOne = level + 1;

    /// <summary>True where the line is a boundary.</summary>
    public bool IsHit => _levelPlusOne > 0;

    /// <summary>Which multipart: 0 is the outermost that is open.</summary>
    public int Level => _levelPlusOne - 1;

    /// <summary>True for the one with two hyphens after it, behind which no part comes.</summary>
    public bool IsLast { get; } = isLast;
}
