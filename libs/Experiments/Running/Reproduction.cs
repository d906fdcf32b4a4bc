using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Running;

/// <summary>All seeds of a reproduction, one after the other, so that memory is that of one.</summary>
/// <param name="recipe">What is reproduced.</param>
/// <param name="options">Which part of it.</param>
/// <param name="folder">Where seeds are kept; those that are there are not run again.</param>
/// <param name="algebra">What multiplies.</param>
public sealed class Reproduction(
    ReproductionRecipe recipe, ReproductionOptions options, ReproductionFolder folder, ILinearAlgebra algebra)
{
    /// <summary>Runs the seeds that are missing and returns all.</summary>
    /// <param name="data">Read when the first seed is missing.</param>
    /// <param name="progress">Told often.</param>
    /// <param name="cancellationToken">Ends the run; finished seeds stay.</param>
    /// <exception cref="ArgumentOutOfRangeException">The options are out of the recipe's range.</exception>
    /// <exception cref="InvalidDataException">A seed in the folder is of other options.</exception>
    public IReadOnlyList<SeedResult> Run(
        Func<ReproductionData> data, IProgress<SeedProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(progress);
        options.Validate(recipe);
        var results = Enumerable.Range(1, options.Seeds)
            .Select(seed => folder.Find(seed, recipe.Name, options)).ToArray();
        var rows = new Lazy<ReproductionData>(data);
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i] is null)
            {
                results[i] = RunSeed(i + 1, rows.Value, progress, cancellationToken);
            }
        }

        return results!;
    }

    private SeedResult RunSeed(
        int seed, ReproductionData data, IProgress<SeedProgress> progress, CancellationToken cancellationToken)
    {
        var run = new SeedRun(recipe, data, options, algebra);
        var result = run.Run(
            seed, (name, layers) => folder.Save(seed, name, layers), progress, cancellationToken);
        folder.Save(result);
        return result;
    }
}
