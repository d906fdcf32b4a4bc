namespace KoopmanMesh.Cli.Scaling.Model;

/// <summary>What a run is asked for, as far as its cost hangs on it.</summary>
internal sealed record MeshJob
{
    private const int DefaultBlocks = 40;
    private const long DefaultShardRows = 1 << 20;
    private const int DefaultReplicates = 200;

    /// <summary>Width at every cut of the network, input and output among them; dense layers between.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    public required long Rows { get; init; }

    /// <summary>Rows of a shard.</summary>
    public long ShardRows { get; init; } = DefaultShardRows;

    /// <summary>Row blocks of an accumulator.</summary>
    public int Blocks { get; init; } = DefaultBlocks;

    /// <summary>Bootstrap replicates of the score.</summary>
    public int Replicates { get; init; } = DefaultReplicates;

    /// <summary>Bytes that one value of the input takes in its file.</summary>
    public int BytesPerInput { get; init; } = sizeof(float);

    public int Components => Widths.Count - 1;

    public long Shards => (Rows + ShardRows - 1) / ShardRows;

    /// <summary>n + p of each component: what its accumulator is wide.</summary>
    public IEnumerable<int> JointWidths => Widths.Zip(Widths.Skip(1), (n, p) => n + p);

    /// <summary>Snapshot values that a row sends: each inner cut goes twice.</summary>
    public long ValuesPerRow => JointWidths.Sum(width => (long)width);

    public long BytesPerRow => sizeof(float) * ValuesPerRow;

    /// <summary>Of the network: a multiplication and an addition a weight.</summary>
    public long FlopsPerRow => Widths.Zip(Widths.Skip(1), (n, p) => 2L * n * p).Sum();

    /// <summary>One accumulator a component: each block has its count, its mean and its triangle of moments.</summary>
    public long AccumulatorBytes => JointWidths.Sum(
        width => sizeof(double) * (long)Blocks * ((long)width * (width + 3) / 2));

    /// <summary>Merges of all components: a tree of fan-in 8 that ends where 8 are left.</summary>
    public long Merges => Components * MergeLevels().Sum();

    /// <summary>Nodes of each level of one component's merge tree, from the shards up; none for at most 8.</summary>
    public IReadOnlyList<long> MergeLevels()
    {
        var levels = new List<long>();
        for (var nodes = Shards; nodes > FanIn; levels.Add(nodes))
        {
            nodes = (nodes + FanIn - 1) / FanIn;
        }

        return levels;
    }

    /// <summary>Pieces of work that the ledger has at the end.</summary>
    public long Pieces => Shards + Merges + Components + 1;

    /// <summary>Nodes that one merge, or a fit, sums.</summary>
    public const int FanIn = 8;
}
