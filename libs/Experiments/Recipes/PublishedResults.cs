namespace KoopmanMesh.Experiments.Recipes;

/// <summary>
/// What 2409.01308 and its authors' repository print (methods P2.7): one network each, no intervals. All published
/// numbers that tables show beside measured ones are here.
/// </summary>
public sealed record PublishedResults
{
    /// <summary>Accuracy of the network itself.</summary>
    public required double Original { get; init; }

    /// <summary>The abstract's accuracy with a layer replaced.</summary>
    public required double Headline { get; init; }

    /// <summary>Accuracies of single settings.</summary>
    public required IReadOnlyList<PublishedCell> Cells { get; init; }

    /// <summary>MNIST: the abstract, and the repository's figures/mnist_accuracies.csv.</summary>
    public static PublishedResults Mnist { get; } = new()
    {
        Original = 0.9720,
        Headline = 0.958,
        Cells =
        [
            .. Row(5, 500, (1, .2822), (2, .6660), (3, .8420), (5, .9457), (7, .9591), (10, .9580)),
            .. Row(3, 500, (1, .4522), (2, .8457), (3, .8899), (5, .9195), (7, .9378), (9, .9483), (10, .9481)),
            .. Row(1, 500, (1, .6666), (2, .8110), (3, .8584), (5, .8829), (7, .8986), (10, .9204)),
            .. Row(5, 50, (10, .9486)), .. Row(3, 50, (10, .9247)), .. Row(1, 50, (10, .8376)),
            .. Row(5, 10, (10, .5962)), .. Row(3, 10, (10, .5284)), .. Row(1, 10, (10, .5254)),
        ],
    };

    /// <summary>Yin-Yang: the abstract, and the output saved in the repository's notebook.</summary>
    public static PublishedResults YinYang { get; } = new()
    {
        Original = 0.9845,
        Headline = 0.973,
        Cells = [new(1, 5_000, 10, .912)],
    };

    /// <summary>The published accuracy of a setting, if there is one.</summary>
    public double? Find(int start, int trajectories, int delays) =>
        Cells.FirstOrDefault(c => (c.Start, c.Trajectories, c.Delays) == (start, trajectories, delays))?.Accuracy;

    private static IEnumerable<PublishedCell> Row(
        int start, int trajectories, params (int Delays, double Accuracy)[] cells) =>
        cells.Select(c => new PublishedCell(start, trajectories, c.Delays, c.Accuracy));
}
