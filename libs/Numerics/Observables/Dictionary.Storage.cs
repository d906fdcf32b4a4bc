using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Observables;

public sealed partial class Dictionary
{
    // More blocks than anyone concatenates; a file that names more is damaged.
    private const int MostBlocks = 256;

    // Wider than any state, and far enough from the largest integer that counts of rows cannot overflow.
    private const int MostWidth = 1 << 30;

    /// <summary>
    /// Adds the dictionary to an archive: the metadata "{prefix}features" with the kinds of its blocks, the tensor
    /// "{prefix}width", and the parameters of block i under "{prefix}i.". Parameters are held without a copy until the
    /// archive is written.
    /// </summary>
    /// <exception cref="NotSupportedException">A block is a custom feature, which no reader would know.</exception>
    public void Store(TensorArchive archive, string prefix)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(prefix);
        var kinds = Features.Select(f => f.StoredKind ?? throw new NotSupportedException(
            $"the custom feature \"{f.Name}\" cannot be stored, because a reader of the file would not know what it "
            + "is"));
        archive.SetMetadata($"{prefix}features", string.Join(' ', kinds));
        archive.Add($"{prefix}width", new long[] { Width }, 1);
        for (var i = 0; i < Features.Count; i++)
        {
            Features[i].Store(archive, $"{prefix}{i}.");
        }
    }

    /// <summary>Reads back what <see cref="Store"/> added; lifts to the same bits.</summary>
    /// <exception cref="TensorFormatException">The archive holds no dictionary under this prefix.</exception>
    public static Dictionary Load(TensorArchive archive, string prefix)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(prefix);
        var kinds = archive.RequireMetadata($"{prefix}features").Split(' ', MostBlocks + 1);
        var width = StoredFeatures.Integer(archive, $"{prefix}width", 1, MostWidth);
        if (kinds.Length > MostBlocks || kinds.Count(k => k == StoredFeatures.State) != 1)
        {
            throw new TensorFormatException(
                $"metadata \"{prefix}features\" is not 1 to {MostBlocks} kinds of features with one \"x\" among them");
        }

        try
        {
            var features = new Feature[kinds.Length];
            for (var i = 0; i < kinds.Length; i++)
            {
                features[i] = StoredFeatures.Load(kinds[i], archive, $"{prefix}{i}.", width);
            }

            return new Dictionary(width, features);
        }
        catch (ObservablesException cause)
        {
            throw new TensorFormatException($"the stored dictionary is too large: {cause.Message}", cause);
        }
    }
}
