namespace KoopmanMesh.Cli.Scaling;

/// <summary>What is studied.</summary>
internal sealed record ScalePlan
{
    public required ScaleJob Job { get; init; }

    /// <summary>Ascending, each once.</summary>
    public required IReadOnlyList<int> Replicas { get; init; }

    /// <summary>Of the job with one replica; ascending, each once.</summary>
    public required IReadOnlyList<long> Rows { get; init; }

    public required ScaleRole Role { get; init; }

    public required bool Weak { get; init; }

    /// <summary>Runs of each point that count.</summary>
    public required int Repeats { get; init; }

    /// <summary>Rows of the job with so many replicas.</summary>
    public long RowsOf(long rows, int replicas) => Weak ? rows * replicas : rows;

    /// <summary>Most rows that any run takes.</summary>
    public long MostRows => RowsOf(Rows.Max(), Replicas.Max());
}
