using System.Text.Json;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// Fields that a newer version of this program wrote and this one does not know: written back as they were read, so
/// that replicas of two versions can share a run. Equal when the fields are.
/// </summary>
internal sealed class UnknownFields : Dictionary<string, JsonElement>, IEquatable<UnknownFields>
{
    public UnknownFields()
        : base(StringComparer.Ordinal)
    {
    }

    public bool Equals(UnknownFields? other) => ReferenceEquals(this, other)
        || (other is not null && Count == other.Count && this.All(
            field => other.TryGetValue(field.Key, out var value) && JsonElement.DeepEquals(field.Value, value)));

    public override bool Equals(object? obj) => Equals(obj as UnknownFields);

    // The names alone, in any order: equal numbers may be written differently.
    public override int GetHashCode() =>
        Keys.Aggregate(0, static (sum, name) => sum ^ string.GetHashCode(name, StringComparison.Ordinal));
}
