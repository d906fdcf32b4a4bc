using System.Collections.Immutable;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;
using ParameterTensor = KoopmanMesh.Numerics.Training.Snapshots.ParameterTensor;
using TensorMessage = KoopmanMesh.Training.V1.ParameterTensor;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>What a snapshot is, between the contract and the numerics.</summary>
internal static class LayoutMapping
{
    private const int MostTensors = 65_536;
    private const int LongestName = 512;
    private const int MostExtents = 16;

    public static ParameterLayout ToLayout(this IEnumerable<TensorMessage> tensors) =>
        new(tensors.Select(tensor => new ParameterTensor(tensor.Name, [.. tensor.Shape])));

    public static IEnumerable<TensorMessage> ToMessages(this ParameterLayout layout) =>
        layout.Tensors.Select(tensor => new TensorMessage { Name = tensor.Name, Shape = { tensor.Shape } });

    public static Snapshot ToSnapshot(this SnapshotScalars? scalars, long step) => scalars is null
        ? new Snapshot(step)
        : new Snapshot(step)
        {
            Loss = scalars.HasLoss ? scalars.Loss : null,
            ValidationLoss = scalars.HasValidationLoss ? scalars.ValidationLoss : null,
            Accuracy = scalars.HasAccuracy ? scalars.Accuracy : null,
            LearningRate = scalars.HasLearningRate ? scalars.LearningRate : null,
            Seconds = scalars.HasSeconds ? scalars.Seconds : null,
        };

    public static SnapshotRecord ToRecord(this Snapshot snapshot)
    {
        var scalars = new SnapshotScalars();
        Set(snapshot.Loss, value => scalars.Loss = value);
        Set(snapshot.ValidationLoss, value => scalars.ValidationLoss = value);
        Set(snapshot.Accuracy, value => scalars.Accuracy = value);
        Set(snapshot.LearningRate, value => scalars.LearningRate = value);
        Set(snapshot.Seconds, value => scalars.Seconds = value);
        return new SnapshotRecord { Step = snapshot.Step, Scalars = scalars };
    }

    /// <summary>Refuses tensors that make no layout, or one of too many values.</summary>
    public static void Require(IReadOnlyList<TensorMessage> tensors, long mostParameters)
    {
        if (tensors.Count is < 1 or > MostTensors)
        {
            throw Invalid($"header.tensors has {tensors.Count} tensors, expected 1 to {MostTensors}", "header.tensors");
        }

        var (names, values) = (new HashSet<string>(StringComparer.Ordinal), 0L);
        for (var i = 0; i < tensors.Count; i++)
        {
            var field = $"header.tensors[{i}]";
            RequireName(tensors[i].Name, names, field);
            values += CountOf(tensors[i], field, mostParameters);
            if (values > mostParameters)
            {
                throw new CapacityException(
                    "TOO_MANY_PARAMETERS",
                    $"the snapshots have {values} values or more, allowed are {mostParameters}");
            }
        }
    }

    private static void RequireName(string name, HashSet<string> names, string field)
    {
        if (name.Length is < 1 or > LongestName)
        {
            throw Invalid(
                $"{field}.name has {name.Length} characters, expected 1 to {LongestName}", $"{field}.name");
        }

        if (!names.Add(name))
        {
            throw Invalid($"{field}.name is '{name}' as another tensor's, expected one of its own", $"{field}.name");
        }
    }

    private static long CountOf(TensorMessage tensor, string field, long mostParameters)
    {
        if (tensor.Shape.Count > MostExtents || tensor.Shape.Any(extent => extent < 1))
        {
            throw Invalid(
                $"{field}.shape is [{string.Join(", ", tensor.Shape)}], expected at most {MostExtents} extents of at "
                + "least 1",
                $"{field}.shape");
        }

        // No further than to what is refused, so that nothing overflows.
        return tensor.Shape.Aggregate(
            1L, (count, extent) => count > mostParameters / extent ? mostParameters + 1 : count * extent);
    }

    private static void Set(double? value, Action<double> set)
    {
        if (value is { } known)
        {
            set(known);
        }
    }

    private static InvalidRequestException Invalid(string message, string field) =>
        new("LAYOUT_INVALID", message, field);
}
