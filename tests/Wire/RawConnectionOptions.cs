namespace KoopmanMesh.Wire;

/// <summary>How well a <see cref="RawConnection" /> behaves.</summary>
public sealed record RawConnectionOptions
{
    /// <summary>Whether preface and settings are sent at all.</summary>
    public bool SendsPreface { get; init; } = true;

    /// <summary>Whether settings and pings are answered.</summary>
    public bool Answers { get; init; } = true;

    /// <summary>Whether what was received is acknowledged, so that the server may send more.</summary>
    public bool OpensWindows { get; init; } = true;

    /// <summary>Bytes of a response that the server may send ahead.</summary>
    public int StreamWindow { get; init; } = 65_535;
}
