using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace KoopmanMesh.Networks.Loading;

/// <summary>Turns what ONNX Runtime says about a model it refuses into this library's errors.</summary>
internal static partial class RuntimeRefusal
{
    private static readonly string[] Malformed =
        ["invalid model", "InvalidProtobuf", "InvalidGraph", "INVALID_GRAPH", "parsing failed"];

    private static readonly string[] Foreign =
    [
        "not a registered", "NotImplemented", "NOT_IMPLEMENTED", "implementation", "opset", "Unrecognized", "domain",
        "No Op registered",
    ];

    public static Exception Explain(OnnxRuntimeException exception, string name)
    {
        var message = Prefix().Replace(exception.Message.ReplaceLineEndings(" "), "").Trim();
        if (message.StartsWith('/'))
        {
            // A place in the runtime's own source and the function's signature stand before some messages.
            message = message[(message.LastIndexOf(") ", StringComparison.Ordinal) + 1)..].Trim();
        }

        message = message.TrimEnd('.') + ".";
        var malformed = Malformed.Any(exception.Message.Contains) && !Foreign.Any(exception.Message.Contains);
        return malformed
            ? new ModelFormatException($"'{name}' is not a valid ONNX graph: {message}", exception)
            : new UnsupportedModelException($"ONNX Runtime can't run '{name}': {message}", exception);
    }

    /// <summary>The error code and the stock phrase in front, which say nothing to a user.</summary>
    [GeneratedRegex(@"^\[ErrorCode:\w+\]\s*(This is an invalid model\.\s*)?(Error:\s*)?")]
    private static partial Regex Prefix();
}
