namespace Microsoft.ML.OnnxRuntime;

/// <summary>The codes of the C API's OrtErrorCode.</summary>
internal enum ErrorCode
{
    Ok = 0,
    Fail = 1,
    InvalidArgument = 2,
    NoSuchFile = 3,
    NoModel = 4,
    EngineError = 5,
    RuntimeException = 6,
    InvalidProtobuf = 7,
    ModelLoaded = 8,
    NotImplemented = 9,
    InvalidGraph = 10,
}

/// <summary>
/// An error that ONNX Runtime reports; the message begins with its code, e.g. "[ErrorCode:InvalidProtobuf] ".
/// </summary>
public class OnnxRuntimeException : Exception
{
    internal OnnxRuntimeException(ErrorCode errorCode, string message) : base($"[ErrorCode:{errorCode}] {message}")
    {
    }
}
