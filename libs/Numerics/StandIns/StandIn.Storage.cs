using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.StandIns;

public sealed partial class StandIn
{
    private const string Format = "koopmanmesh.stand-in/1";

    /// <summary>
    /// As a safetensors archive: "left" [r, p], "right" [r, N], "offset" [p], the dictionary under "observables.", and
    /// the metadata "format".
    /// </summary>
    public TensorArchive ToArchive()
    {
        var archive = new TensorArchive();
        archive.SetMetadata("format", Format);
        archive.Add("right", Right.AsMemory(), Right.Columns, Right.Rows);
        archive.Add("left", Left.AsMemory(), Left.Columns, Left.Rows);
        archive.Add("offset", Offset, Offset.Length);
        Observables.Store(archive, "observables.");
        return archive;
    }

    /// <summary>Reads back what <see cref="ToArchive"/> made.</summary>
    /// <exception cref="TensorFormatException">The archive holds no stand-in.</exception>
    public static StandIn FromArchive(TensorArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        if (archive.RequireMetadata("format") is var format && format != Format)
        {
            throw new TensorFormatException($"the archive's format is \"{format}\", expected \"{Format}\"");
        }

        var observables = Dictionary.Load(archive, "observables.");
        var offset = StoredFeatures.Vector(archive, "offset", archive.Doubles("offset").Length);
        var right = Factor(archive, "right", observables.Count);
        var left = Factor(archive, "left", offset.Length);
        return left.Columns == right.Columns
            ? new StandIn(observables, right, left, offset)
            : throw new TensorFormatException(
                $"the factors of the stand-in have {left.Columns} and {right.Columns} columns, expected as many");
    }

    // A constant has factors without columns.
    private static Matrix Factor(TensorArchive archive, string name, int rows) =>
        archive.ShapeOf(name) is [0, var width] && width == rows
            ? new Matrix(rows, 0)
            : StoredFeatures.Matrix(archive, name, rows);
}
