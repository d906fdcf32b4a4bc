using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// Multinomial weights of row blocks: each replicate draws as many blocks as there are, with replacement.
/// </summary>
internal static class BlockDraws
{
    /// <summary>
    /// blocks × replicates: how often each replicate drew each block. Blocks without rows are never drawn. The weights
    /// are drawn once and shared by all components, so a replicate is one resampled data set for the whole chain.
    /// </summary>
    public static Matrix Draw(ReadOnlySpan<double> rowsByBlock, int replicates, int seed)
    {
        var filled = new List<int>();
        for (var block = 0; block < rowsByBlock.Length; block++)
        {
            if (rowsByBlock[block] > 0)
            {
                filled.Add(block);
            }
        }

        var random = new Random(seed);
        var weights = new Matrix(rowsByBlock.Length, replicates);
        for (var replicate = 0; replicate < replicates; replicate++)
        {
            var column = weights.Column(replicate);
            for (var draw = 0; draw < filled.Count; draw++)
            {
                column[filled[random.Next(filled.Count)]]++;
            }
        }

        return weights;
    }
}
