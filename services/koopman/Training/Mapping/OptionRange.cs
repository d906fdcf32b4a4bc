using System.Globalization;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>Fills in what is not given and refuses what is out of range, naming the field.</summary>
/// <param name="field">Path of the options, in proto names.</param>
internal readonly struct OptionRange(string field)
{
    /// <summary>An integer whose zero means its default.</summary>
    public int Integer(string name, int given, int fallback, int least, int most) =>
        given == 0 ? fallback
        : given >= least && given <= most ? given
        : throw Invalid(name, $"is {given}, expected {least} to {most}");

    /// <summary>A number that may be absent.</summary>
    public double Number(string name, double? given, double fallback, Func<double, bool> holds, string expected) =>
        given is not { } value ? fallback
        : holds(value) ? value
        : throw Invalid(name, string.Create(CultureInfo.InvariantCulture, $"is {value}, expected {expected}"));

    public InvalidRequestException Invalid(string name, string problem) =>
        new("TRAINING_OPTIONS_INVALID", $"{field}.{name} {problem}", $"{field}.{name}");
}
