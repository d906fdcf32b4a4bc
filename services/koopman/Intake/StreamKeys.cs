using KoopmanMesh.Koopman.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Runs;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>What every stream into the koopman service must say rightly in its header.</summary>
internal static class StreamKeys
{
    /// <summary>Widest snapshot a fit takes; its scatter has this squared elements.</summary>
    public const int LargestWidth = 8192;

    public static void Require(ComponentKey? key)
    {
        if (key is null)
        {
            throw new InvalidRequestException(
                "KEY_MISSING", "the header names no run, component and shard", "header.key");
        }

        RunIds.Require(key.RunId);
        if (key.Component < 0 || key.Shard < 0)
        {
            throw new InvalidRequestException(
                "KEY_INVALID", $"component is {key.Component} and shard {key.Shard}, expected both from 0 up",
                "header.key");
        }
    }

    public static void RequireWidth(int width, string field)
    {
        if (width is < 1 or > LargestWidth)
        {
            throw new InvalidRequestException(
                "WIDTH_INVALID", $"{field} is {width}, expected 1 to {LargestWidth} features", field);
        }
    }
}
