namespace KoopmanMesh.Credit.Scoring;

/// <summary>The one check of a chain's shapes; everything below the public doors trusts it.</summary>
internal static class ChainShape
{
    /// <exception cref="ChainShapeException">A part has another shape than its neighbours require.</exception>
    public static void Require(IReadOnlyList<ChainLink> chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        if (chain.Count == 0)
        {
            throw new ChainShapeException(0, "a chain has at least one component, got none");
        }

        for (var i = 0; i < chain.Count; i++)
        {
            RequireLink(chain[i], i);
            if (i > 0 && chain[i].BeforeWidth != chain[i - 1].AfterWidth)
            {
                throw new ChainShapeException(
                    i,
                    $"component {i} reads {chain[i].BeforeWidth} features, "
                    + $"but component {i - 1} writes {chain[i - 1].AfterWidth}");
            }
        }
    }

    /// <exception cref="ChainShapeException">A component has no row blocks, or other ones than the first.</exception>
    public static void RequireBlocks(IReadOnlyList<ChainLink> chain)
    {
        for (var i = 0; i < chain.Count; i++)
        {
            var (link, first) = (chain[i], chain[0]);
            if (link.Blocks is null)
            {
                throw new ChainShapeException(i, $"component {i} came without the row blocks the bootstrap resamples");
            }

            if (link.Blocks.BeforeWidth != link.ReducedWidth || link.Blocks.AfterWidth != link.AfterWidth)
            {
                throw new ChainShapeException(
                    i,
                    $"the row blocks of component {i} are of {link.Blocks.BeforeWidth} + {link.Blocks.AfterWidth} "
                    + $"features, expected {link.ReducedWidth} + {link.AfterWidth}");
            }

            if (!link.Blocks.Counts.Span.SequenceEqual(first.Blocks!.Counts.Span))
            {
                throw new ChainShapeException(
                    i, $"the row blocks of component {i} hold other numbers of rows than those of component 0");
            }
        }
    }

    private static void RequireLink(ChainLink link, int i)
    {
        if (link.ReducedSlope.Columns != link.ReducedWidth)
        {
            throw new ChainShapeException(
                i,
                $"the slope of component {i} has {link.ReducedSlope.Columns} columns, "
                + $"expected the {link.ReducedWidth} of its basis");
        }

        if (link.Moments.BeforeWidth != link.ReducedWidth || link.Moments.AfterWidth != link.AfterWidth)
        {
            throw new ChainShapeException(
                i,
                $"the moments of component {i} are of {link.Moments.BeforeWidth} + {link.Moments.AfterWidth} features, "
                + $"expected {link.ReducedWidth} + {link.AfterWidth}");
        }

        if (!(link.Moments.Count > 0))
        {
            throw new ChainShapeException(
                i, $"the moments of component {i} sum up {link.Moments.Count} rows, expected at least 1");
        }
    }
}
