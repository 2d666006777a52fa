#include "survivor.hpp"
namespace vobiz::e2e {}
