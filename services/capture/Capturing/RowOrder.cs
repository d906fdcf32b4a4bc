using KoopmanMesh.Networks.Data;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>
/// How the numbers of a data row are ordered for the network: as they are, or with image axes exchanged.
/// </summary>
internal sealed record RowOrder
{
    // More channels than this are taken for a spatial axis when nobody says.
    private const long MostChannels = 4;

    private readonly bool _toChannelsFirst;
    private readonly int _height;
    private readonly int _width;
    private readonly int _channels;

    private RowOrder(bool asIs, bool toChannelsFirst, int height, int width, int channels)
    {
        (AsIs, _toChannelsFirst, _height, _width, _channels) = (asIs, toChannelsFirst, height, width, channels);
    }

    /// <summary>Whether rows go in unchanged.</summary>
    public bool AsIs { get; }

    /// <summary>Decides from the shapes and what the user said.</summary>
    /// <exception cref="InvalidRequestException">A data row has another number of values than a network
    /// input.</exception>
    public static RowOrder Of(DataSet data, IReadOnlyList<long> modelShape, string modelName, Layout layout)
    {
        var values = modelShape.Aggregate(1L, (product, side) => product * side);
        if (data.RowSize != values)
        {
            throw new InvalidRequestException(
                "SHAPE_MISMATCH",
                $"'{data.Name}' has rows of {string.Join(" x ", data.RowShape)} ({data.RowSize} values), "
                + $"but '{modelName}' takes "
                + $"{string.Join(" x ", modelShape)} ({values} values)",
                "spec.data");
        }

        var asIs = new RowOrder(true, false, 0, 0, 0);
        var model = LayoutOf(modelShape);
        var given = layout is Layout.Nchw or Layout.Nhwc
            ? layout
            : LayoutOf([.. data.RowShape.Select(side => (long)side)]);
        if (model is null || given is null or Layout.Flat || layout == Layout.Flat || given == model)
        {
            return asIs;
        }

        var (height, width, channels) = model == Layout.Nchw
            ? (modelShape[1], modelShape[2], modelShape[0])
            : (modelShape[0], modelShape[1], modelShape[2]);
        return channels == 1 ? asIs : new RowOrder(false, model == Layout.Nchw, (int)height, (int)width, (int)channels);
    }

    /// <summary>Writes rows in the network's order.</summary>
    public void Apply(ReadOnlySpan<float> from, Span<float> to)
    {
        if (_toChannelsFirst)
        {
            RowLayout.NhwcToNchw(from, to, _height, _width, _channels);
        }
        else
        {
            RowLayout.NchwToNhwc(from, to, _height, _width, _channels);
        }
    }

    private static Layout? LayoutOf(IReadOnlyList<long> shape) => shape.Count != 3 ? null
        : shape[0] <= MostChannels && shape[0] < shape[2] ? Layout.Nchw
        : shape[2] <= MostChannels && shape[2] < shape[0] ? Layout.Nhwc
        : null;
}
