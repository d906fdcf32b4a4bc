using KoopmanMesh.Networks;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>A network and its hybrid, whose rows and outputs can be compared.</summary>
internal sealed class NetworkPair
{
    /// <summary>Pairs them.</summary>
    /// <exception cref="InvalidRequestException">Their inputs or outputs differ.</exception>
    public NetworkPair(NetworkModel original, NetworkModel hybrid)
    {
        Require("inputs", original, original.Input, hybrid, hybrid.Input);
        Require("outputs", original, original.Output, hybrid, hybrid.Output);
        (Original, Hybrid) = (original, hybrid);
    }

    public NetworkModel Original { get; }

    public NetworkModel Hybrid { get; }

    /// <summary>Features of a row.</summary>
    public int Features => Original.Input.Width;

    /// <summary>Numbers of an output.</summary>
    public int Outputs => Original.Output.Width;

    private static void Require(
        string what, NetworkModel original, TensorLayout expected, NetworkModel hybrid, TensorLayout actual)
    {
        if (expected.Width != actual.Width)
        {
            throw new InvalidRequestException(
                "NETWORKS_DIFFER",
                $"the {what} of '{original.Name}' have {expected.Width} numbers and those of '{hybrid.Name}' "
                + $"{actual.Width}; expected as many, to compare them",
                "header.hybrid");
        }
    }
}
