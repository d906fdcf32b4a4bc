namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>
/// The shape in which the accumulators of a component's shards are summed: level 0 is the shards in the order of their
/// rows, each node above sums up to <see cref="FanIn"/> neighbours below, and the fit sums the top level. The shape
/// depends on the number of shards alone, so the sum is the same bit for bit whoever computes which part and when.
/// </summary>
/// <param name="Shards">Shards of the run, at least 1.</param>
public readonly record struct MergeTree(int Shards)
{
    /// <summary>Nodes that one merge, or the fit, sums at most.</summary>
    public const int FanIn = 8;

    /// <summary>The level that the fit sums: 0 when there are few shards.</summary>
    public int Top
    {
        get
        {
            var level = 0;
            while (Size(level) > FanIn)
            {
                level++;
            }

            return level;
        }
    }

    /// <summary>Nodes of a level.</summary>
    public int Size(int level)
    {
        var size = Shards;
        for (; level > 0; level--)
        {
            size = (size + FanIn - 1) / FanIn;
        }

        return size;
    }

    /// <summary>First and number of the nodes of the level below that a node sums.</summary>
    public (int First, int Count) ChildrenOf(int level, int index)
    {
        var first = index * FanIn;
        return (first, Math.Min(FanIn, Size(level - 1) - first));
    }
}
